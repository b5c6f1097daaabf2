/** Alpine Linux: busybox's programs, and its own release files. */
import { busyboxRoot } from "./busybox.ts";
import { type ImageDefinition, versionsOf, withFiles } from "./image.ts";

const release = (version: string): string =>
  `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.replace(/\.\d+$/, "")}"\nHOME_URL="https://alpinelinux.org/"\n`;

export const alpineFiles = (version: string): Record<string, string> => ({
  "/etc/alpine-release": `${version}\n`,
  "/etc/os-release": release(version),
  "/etc/issue": `Welcome to Alpine Linux ${version.replace(/\.\d+$/, "")}\n`,
});

export const alpine: ImageDefinition = {
  repository: "docker.io/library/alpine",
  version: versionsOf(
    {
      "3.12": 12,
      "3.13": 12,
      "3.14": 10,
      "3.15": 11,
      "3.16": 9,
      "3.17": 10,
      "3.18": 12,
      "3.19": 9,
      "3.20": 8,
      "3.21": 5,
      "3.22": 2,
    },
    { names: { edge: "3.22.2" } },
  ),
  size: 3_600_000,
  command: ["/bin/sh"],
  groups: [1, 2, 3, 4, 6, 10, 11, 20, 26, 27],
  root: (version) => withFiles(busyboxRoot, alpineFiles(version)),
};
