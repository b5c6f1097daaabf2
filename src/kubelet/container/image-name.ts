/** Names of images, as the reference format of registries has them (https://github.com/distribution/reference). */

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domain =
  "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?";
const reference = new RegExp(
  `^((?:${domain}/)?${component}(?:/${component})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

/** The image with a tag: `latest` where it has neither tag nor digest. Throws Error with upstream's text. */
export function withDefaultTag(image: string): string {
  const full = withDomain(image);
  const found = reference.exec(full);
  if (!found) {
    const repository = full.split("/").slice(1).join("/") || full;
    const path = repository.replace(/@.*$/, "").replace(/:[^/]*$/, "");
    const why =
      path !== path.toLowerCase()
        ? `invalid reference format: repository name (${path}) must be lowercase`
        : "invalid reference format";
    throw new Error(`couldn't parse image name "${image}": ${why}`);
  }
  return found[2] || found[3] ? image : `${image}:latest`;
}

/** The registry of an image: `docker.io` where none is named. */
export function registryOf(image: string): string {
  return withDomain(image).split("/")[0] as string;
}

function withDomain(image: string): string {
  const at = image.indexOf("/");
  const first = at < 0 ? "" : image.slice(0, at);
  const named = first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
  if (at >= 0 && named) return image;
  return at < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
}
