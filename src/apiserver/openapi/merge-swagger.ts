/**
 * OpenAPI v2 of several servers in one document, as upstream's aggregator merges it: of each other server what is about its
 * own groups, with the definitions that this leads to.
 */
export interface Swagger {
  readonly paths?: { readonly [path: string]: unknown };
  readonly definitions?: { readonly [name: string]: unknown };
  readonly [field: string]: unknown;
}

const reference = "#/definitions/";

/** Every value of a `$ref` to a definition in plain JSON, by the definition's name. */
function referencesIn(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "$ref" && typeof inner === "string" && inner.startsWith(reference))
      found.add(inner.slice(reference.length));
    else referencesIn(inner, found);
  }
}

/** The paths that begin with `prefix`, and the definitions that they need. */
export function swaggerBelow({ paths = {}, definitions = {} }: Swagger, prefix: string): Swagger {
  const kept = Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith(prefix)));
  const needed = new Set<string>();
  referencesIn(kept, needed);
  for (const name of needed) referencesIn(definitions[name], needed); // a set tells of what is added while it is walked
  return {
    paths: kept,
    definitions: Object.fromEntries(
      [...needed].flatMap((name) => (name in definitions ? [[name, definitions[name]]] : [])),
    ),
  };
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (name !== "$ref" || typeof inner !== "string") return [name, renamed(inner, names)];
      const other = names.get(inner.slice(reference.length));
      return [name, other === undefined ? inner : reference + other];
    }),
  );
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `name_v2`, or the next that nobody has. */
function unusedName(name: string, taken: { readonly [name: string]: unknown }): string {
  let n = 2;
  while (`${name}_v${n}` in taken) n++;
  return `${name}_v${n}`;
}

/** Paths that are there already stay as they are; a definition whose name means something else already gets another. */
export function mergedSwagger(own: Swagger, others: readonly Swagger[]): Swagger {
  const paths: { [path: string]: unknown } = { ...own.paths };
  const definitions: { [name: string]: unknown } = { ...own.definitions };
  for (const other of others) {
    const names = new Map<string, string>();
    for (const [name, definition] of Object.entries(other.definitions ?? {}))
      if (name in definitions && !same(definitions[name], definition)) names.set(name, unusedName(name, definitions));
    for (const [name, definition] of Object.entries(other.definitions ?? {}))
      definitions[names.get(name) ?? name] ??= renamed(definition, names);
    for (const [path, item] of Object.entries(other.paths ?? {})) paths[path] ??= renamed(item, names);
  }
  return { ...own, paths, definitions };
}
