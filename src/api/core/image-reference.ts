/** Names of container images (https://kubernetes.io/docs/concepts/containers/images/#image-names). */
const domain = "(?:[a-zA-Z0-9][a-zA-Z0-9.-]*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
  `^(?:${domain}/)?${component}(?:/${component})*(?::(\\w[\\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

/** The tag of an image: `latest` where neither tag nor digest is named, empty for a digest and for what is no image. */
export function imageTag(image: string): string {
  const found = reference.exec(image);
  if (!found || /^[a-f0-9]{64}$/.test(image)) return "";
  return found[1] ?? (found[2] ? "" : "latest");
}

/** When to pull an image if nobody says so. */
export const defaultPullPolicy = (image: string | undefined): "Always" | "IfNotPresent" =>
  imageTag(image ?? "") === "latest" ? "Always" : "IfNotPresent";
