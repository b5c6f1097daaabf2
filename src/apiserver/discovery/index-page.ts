/** `/`: every path that leads somewhere. */
import type { Catalog } from "../../api/catalog.ts";
import { groupVersionOf } from "../../api/kind.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondValue } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";

export class IndexPage implements PathHandler {
  readonly #catalog: Catalog;
  readonly #others: readonly string[];

  /** `others`: the paths beside those of the API's groups. */
  constructor(catalog: Catalog, others: readonly string[]) {
    this.#catalog = catalog;
    this.#others = others;
  }

  handle(request: HttpRequest, { path }: RequestInfo): HttpResponse | undefined {
    if (path !== "/" && path !== "/index.html") return undefined;
    const ofGroups = this.#catalog.all().flatMap((kind) => {
      const version = groupVersionOf(kind);
      return kind.group ? [`/apis/${kind.group}`, `/apis/${version}`] : [`/api/${version}`];
    });
    const paths = [...new Set(["/api", "/apis", "/apis/", ...ofGroups, ...this.#others])].sort();
    return respondValue(request, 200, { paths });
  }
}
