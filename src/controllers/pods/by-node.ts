import type { Pod } from "../../client/kinds.ts";

/** The index of pods by the node they are bound to: `cache(pods).by("node", name, byNode)`. */
export const byNode = ({ spec }: Pod): readonly string[] => (spec.nodeName ? [spec.nodeName] : []);
