/** `/debug/api_priority_and_fairness/dump_*`: levels, queues and requests as tables, for people who look for what is stuck. */
import { methodNotAllowed } from "../../api/errors.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondText } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";
import type { PriorityAndFairness } from "./priority-and-fairness.ts";
import type { Seat } from "./queue-set.ts";

const prefix = "/debug/api_priority_and_fairness/";
type Row = readonly (string | number | boolean)[];

const heads = {
  levels:
    "PriorityLevelName ActiveQueues IsIdle IsQuiescing WaitingRequests ExecutingRequests DispatchedRequests RejectedRequests TimedoutRequests CancelledRequests",
  queues:
    "PriorityLevelName Index PendingRequests ExecutingRequests SeatsInUse NextDispatchR InitialSeatsSum MaxSeatsSum TotalWorkSum",
  requests:
    "PriorityLevelName FlowSchemaName QueueIndex RequestIndexInQueue FlowDistingsher ArriveTime InitialSeats FinalSeats AdditionalLatency StartTime",
} as const;

export class FlowDumps implements PathHandler {
  readonly #flow: PriorityAndFairness;
  constructor(flow: PriorityAndFairness) {
    this.#flow = flow;
  }

  handle(request: HttpRequest, { path }: RequestInfo): HttpResponse | undefined {
    if (!path.startsWith(prefix)) return undefined;
    const rows = this.#rows(path.slice(prefix.length));
    if (!rows) return undefined;
    if (request.method !== "GET") throw methodNotAllowed();
    return respondText(200, table(rows));
  }

  #rows(what: string): Row[] | undefined {
    if (what === "dump_priority_levels") return [heads.levels.split(" "), ...this.#levels()];
    if (what === "dump_queues") return [heads.queues.split(" "), ...this.#queues()];
    if (what === "dump_requests") return [heads.requests.split(" "), ...this.#requests()];
    return undefined;
  }

  #levels(): Row[] {
    return this.#flow.levels.map(({ name, queues, isQuiescing }) => {
      const { dispatched, rejected, timedOut, cancelled } = queues.counts;
      const active = queues.queues.filter(({ waiting }) => waiting.length).length;
      return [
        name,
        active,
        queues.isIdle,
        isQuiescing,
        queues.waiting,
        queues.executing.size,
        dispatched,
        rejected,
        timedOut,
        cancelled,
      ];
    });
  }

  #queues(): Row[] {
    return this.#flow.levels.flatMap(({ name, queues }) =>
      queues.queues.map(({ index, waiting, waitingSeats, inUse, executing, nextR }) => {
        const work = `${(waitingSeats * 0.003).toFixed(8)}ss`;
        return [
          name,
          index,
          waiting.length,
          executing,
          inUse,
          `${nextR.toFixed(8)}ss`,
          waitingSeats,
          waitingSeats,
          work,
        ];
      }),
    );
  }

  #requests(): Row[] {
    const row = (level: string, seat: Seat, place: number): Row => {
      const times = [seat.arrivedMs, seat.startedMs ?? 0].map((ms) =>
        ms ? new Date(ms).toISOString() : "0001-01-01T00:00:00Z",
      );
      return [
        level,
        seat.schema,
        seat.queue?.index ?? -1,
        place,
        seat.flow,
        times[0] ?? "",
        seat.seats,
        0,
        "0s",
        times[1] ?? "",
      ];
    };
    return this.#flow.levels.flatMap(({ name, queues }) => [
      ...queues.queues.flatMap(({ waiting }) => waiting.map((seat, place) => row(name, seat, place))),
      ...[...queues.executing].map((seat) => row(name, seat, -1)),
    ]);
  }
}

/** Columns as Go's tabwriter sets them, with commas between. */
function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => row.map((cell, i) => `${cell}${i < row.length - 1 ? "," : ""}`));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => (row[i] ?? "").length)));
  return `${cells.map((row) => row.map((cell, i) => (i < row.length - 1 ? cell.padEnd((widths[i] ?? 0) + 1) : cell)).join("")).join("\n")}\n`;
}
