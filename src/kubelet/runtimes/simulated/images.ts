/** Finds the images that simulated nodes can pull: as if a registry had them. */
import { below, seeded } from "../../../base/random.ts";
import { withDefaultTag } from "../../container/image-name.ts";
import { type Image, RuntimeFailure } from "../contract.ts";
import type { FolderNode } from "./files/node.ts";
import { definitions } from "./images/all.ts";
import { busyboxRoot } from "./images/busybox.ts";
import { type ImageDefinition, programsIn, withFiles } from "./images/image.ts";
import type { OwnImage, OwnImages } from "./own-images.ts";

export interface CatalogueImage extends Image {
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly groups: readonly number[];
  readonly version: string;
  /** Where its program is a function of whoever started the cluster. */
  readonly own: OwnImage | undefined;
  /** Made when it is first asked for. */
  readonly root: () => FolderNode;
}

/** The whole name of an image: `docker.io/library/busybox:1.36` of `busybox:1.36`. Throws RuntimeFailure `ImageNameInvalid`. */
export function fullName(image: string): string {
  try {
    const tagged = withDefaultTag(image);
    const first = tagged.includes("/") ? (tagged.split("/")[0] as string) : "";
    if (/[.:]/.test(first) || first === "localhost") return tagged;
    return `docker.io/${tagged.includes("/") ? "" : "library/"}${tagged}`;
  } catch (error) {
    throw new RuntimeFailure("ImageNameInvalid", error instanceof Error ? error.message : String(error));
  }
}

/** Always the same for the same text, in the form of a digest: nobody checks what it is made of. */
function digest(of: string): string {
  let seed = 0;
  for (const char of of) seed = (Math.imul(seed, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  const random = seeded(seed);
  return `sha256:${Array.from({ length: 64 }, () => below(random, 16).toString(16)).join("")}`;
}

/** Which images there are: those of the catalogue, or whatever is asked for. */
export type Catalogue = "known" | "any";

export const standInRoot: FolderNode = withFiles(busyboxRoot, programsIn("/bin", ["pause"]));
/** What runs of an image that is not in the catalogue, where any will do. */
const unknown: ImageDefinition = {
  ...{ repository: "", version: (tag) => tag, command: [], size: 10_000_000, root: () => standInRoot },
};

/** Finds an image. Throws RuntimeFailure, in the words of containerd. */
export function lookUp(image: string, catalogue: Catalogue = "known", own?: OwnImages): CatalogueImage {
  const name = fullName(image);
  const mine = own?.get(name);
  const [, repository = name, tag = "latest"] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  const listed = Object.hasOwn(definitions, repository) ? definitions[repository] : undefined;
  const known = mine?.definition ?? listed ?? (catalogue === "any" ? unknown : undefined);
  const failed = `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
  if (!known) {
    throw new RuntimeFailure(
      "ImageDenied",
      `${failed}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    );
  }
  const version = known.version(tag) ?? (catalogue === "any" ? tag : undefined);
  if (version === undefined)
    throw new RuntimeFailure("ImageNotFound", `rpc error: code = NotFound desc = ${failed}: ${name}: not found`);
  let root: FolderNode | undefined;
  return {
    id: digest(name),
    tags: [name],
    digests: [`${repository}@${digest(`manifest of ${name}`)}`],
    size: known.size,
    user: { uid: known.user ?? 0 },
    command: known.command,
    entrypoint: known.entrypoint ?? [],
    env: known.env?.(version) ?? {},
    workingDir: known.workingDir ?? "/",
    groups: known.groups ?? [],
    version,
    own: mine,
    root: () => {
      root ??= known.root(version, tag);
      return root;
    },
  };
}
