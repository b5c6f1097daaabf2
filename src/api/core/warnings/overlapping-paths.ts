/** Files of one volume that would lie in one another's place. */
import type { Volume, VolumeProjection } from "../../generated/core-v1.ts";
import { quoted } from "../../validation/field-error.ts";

interface Placed {
  readonly path: string;
  readonly source: string;
}

const shown = ({ path, source }: Placed): string => (source ? `${quoted(path)} (${source})` : quoted(path));
const place = (items: readonly { readonly path: string }[] | undefined, source: string): Placed[] =>
  (items ?? []).map(({ path }) => ({ path: path.replace(/\/+$/, ""), source }));

function overlaps(a: Placed, b: Placed): boolean {
  if (!a.path || !b.path) return false;
  return `${a.path}/`.startsWith(`${b.path}/`) || `${b.path}/`.startsWith(`${a.path}/`);
}

/** Tells of each pair, the later of the two first. */
function pairs(placed: readonly Placed[]): string[] {
  return placed.flatMap((one, i) =>
    placed
      .slice(0, i)
      .filter((earlier) => overlaps(earlier, one))
      .map((earlier) => `${shown(one)} with ${shown(earlier)}`),
  );
}

function ofProjection({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): Placed[] {
  if (configMap?.items) return place(configMap.items, `ConfigMap ${quoted(configMap.name ?? "")}`);
  if (secret?.items) return place(secret.items, `Secret ${quoted(secret.name ?? "")}`);
  if (downwardAPI?.items) return place(downwardAPI.items, "DownwardAPI");
  return serviceAccountToken ? place([serviceAccountToken], "ServiceAccountToken") : [];
}

export function warningsForPaths(volumes: readonly Volume[] | undefined): string[] {
  return (volumes ?? []).flatMap((volume) => {
    const { name, configMap, secret, downwardAPI, projected } = volume;
    const tell = (what: string, placed: readonly Placed[]): string[] =>
      pairs(placed).map((pair) => `volume ${quoted(name)} (${what}): overlapping paths: ${pair}`);
    if (configMap) return tell(`ConfigMap ${quoted(configMap.name ?? "")}`, place(configMap.items, ""));
    if (secret) return tell(`Secret ${quoted(secret.secretName ?? "")}`, place(secret.items, ""));
    if (downwardAPI) return tell("DownwardAPI", place(downwardAPI.items, ""));
    const sources = projected?.sources ?? [];
    return [
      ...sources
        .filter((source) => !Object.keys(source).length)
        .map(() => `volume ${quoted(name)} (Projected) has no sources provided`),
      ...tell("Projected", sources.flatMap(ofProjection)),
    ];
  });
}
