/** How admission plugins refuse: `pods "web" is forbidden: …`; an object whose name is yet to be made is shown by its beginning. */
import { type ApiError, forbidden } from "../../api/errors.ts";
import { resourceOf } from "../../api/kind.ts";
import type { AdmissionRequest } from "./admission.ts";

export function refused({ kind, name, object }: AdmissionRequest, why: string): ApiError {
  const shown = name || object?.metadata.name || object?.metadata.generateName || "Unknown";
  return forbidden(resourceOf(kind), shown, why);
}

export const isPod = ({ kind, subresource }: AdmissionRequest): boolean =>
  kind.group === "" && kind.plural === "pods" && subresource === "";
