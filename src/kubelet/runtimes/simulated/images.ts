/** The images that simulated nodes can pull: as if a registry had them. */
import { below, seeded } from "../../../base/random.ts";
import { withDefaultTag } from "../../container/image-name.ts";
import { type Image, RuntimeFailure } from "../contract.ts";

interface Repository {
  /** Before the arguments, where the pod gives some. */
  readonly entrypoint?: readonly string[];
  /** What a container of it runs when nothing else is said. */
  readonly command: readonly string[];
  readonly tags: RegExp;
  /** Bytes. */
  readonly size: number;
}

const anyVersion = /^(latest|stable|alpine|\d+(\.\d+){0,2}(-[a-z0-9.]+)*)$/;

const repositories: Readonly<Record<string, Repository>> = {
  "docker.io/library/busybox": { command: ["sh"], tags: anyVersion, size: 2_200_000 },
  "docker.io/library/alpine": { command: ["sh"], tags: anyVersion, size: 3_600_000 },
  "docker.io/library/nginx": { command: ["nginx", "-g", "daemon off;"], tags: anyVersion, size: 68_000_000 },
  "registry.k8s.io/pause": { command: ["pause"], entrypoint: ["pause"], tags: anyVersion, size: 320_000 },
};

export interface CatalogueImage extends Image {
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
}

/** `docker.io/library/busybox:1.36` of `busybox:1.36`. Throws RuntimeFailure `ImageNameInvalid`. */
function fullName(image: string): string {
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

/** What runs of an image that is not in the catalogue, where any will do. */
const unknown: Repository = { command: [], tags: /./, size: 10_000_000 };

/** Finds an image. Throws RuntimeFailure, in the words of containerd. */
export function lookUp(image: string, catalogue: Catalogue = "known"): CatalogueImage {
  const name = fullName(image);
  const [, repository = name, tag = "latest"] = /^(.*):([^:/]+)$/.exec(name) ?? [];
  const listed = repositories[repository];
  const known =
    catalogue === "any" && !listed?.tags.test(tag) ? ((listed && { ...listed, tags: /./ }) ?? unknown) : listed;
  const failed = `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
  if (!known) {
    throw new RuntimeFailure(
      "ImageDenied",
      `${failed}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    );
  }
  if (!known.tags.test(tag))
    throw new RuntimeFailure("ImageNotFound", `rpc error: code = NotFound desc = ${failed}: ${name}: not found`);
  return {
    id: digest(name),
    tags: [name],
    digests: [`${repository}@${digest(`manifest of ${name}`)}`],
    size: known.size,
    user: { uid: 0 },
    command: known.command,
    entrypoint: known.entrypoint ?? [],
  };
}
