/** A thousand watches of pods, and how long until all of them have seen a change. */
import https from "node:https";
import tls from "node:tls";
import { type Figure, median, percentile, upstream } from "./figure.ts";
import { load, request, type Target } from "./http-load.ts";

const pods = "/api/v1/namespaces/default/pods";
const watchers = 1000;
const line = Buffer.from('{"type":"ADDED"');

class Watch {
  seen = 0;
  closed = false;
  /** Called at each change that has come whole enough to be told. */
  static onSeen: () => void = () => {};

  /** Opens one that tells of what comes after `version`. */
  static open(target: Target, version: string): Promise<Watch> {
    const watch = new Watch();
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...target, host: "127.0.0.1", servername: "localhost" });
      socket.on("error", reject).on("close", () => {
        watch.closed = true;
      });
      socket.once("secureConnect", () => {
        socket.write(request("GET", `${pods}?watch=true&resourceVersion=${version}`));
      });
      socket.on("data", (chunk: Buffer) => {
        if (chunk.subarray(0, 12).toString("latin1") === "HTTP/1.1 200") resolve(watch);
        for (let at = chunk.indexOf(line); at >= 0; at = chunk.indexOf(line, at + line.length)) {
          watch.seen++;
          Watch.onSeen();
        }
      });
      watch.end = () => socket.destroy();
    });
  }

  end = (): void => {};
}

/** The resource version now. */
function newest(target: Target): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, ca, cert, key } = target;
    https
      .get({ host: "127.0.0.1", path: `${pods}?limit=1`, port, ca, cert, key }, async (response) => {
        let text = "";
        for await (const part of response) text += String(part);
        resolve((JSON.parse(text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
      })
      .once("error", reject);
  });
}

/** Creates `count` pods, and resolves to the ms until every watch has told of all of them. */
async function untilSeen(
  target: Target,
  inFlight: number,
  count: number,
  make: (index: number) => Buffer,
): Promise<number> {
  let left = watchers * count;
  const all = new Promise<void>((resolve) => {
    Watch.onSeen = () => {
      if (--left === 0) resolve();
    };
  });
  const started = performance.now();
  await Promise.all([load(target, inFlight, count, make), all]);
  return performance.now() - started;
}

export async function burst(target: Target, make: (index: number) => Buffer): Promise<Figure[]> {
  const version = await newest(target);
  const open: Watch[] = [];
  for (let i = 0; i < watchers; i += 50) {
    open.push(...(await Promise.all(Array.from({ length: 50 }, () => Watch.open(target, version)))));
  }
  const took: number[] = [];
  for (let i = 0; i < 30; i++) took.push(await untilSeen(target, 1, 1, () => make(i)));
  const hundred = await untilSeen(target, 16, 100, (i) => make(1000 + i));
  const cut = open.filter(({ closed }) => closed).length;
  for (const watch of open) watch.end();
  return [
    { name: "a change to 1,000 watches, p50", value: median(took), unit: "ms", yardstick: 23, of: upstream },
    { name: "a change to 1,000 watches, p90", value: percentile(took, 90), unit: "ms", yardstick: 31, of: upstream },
    {
      name: "100 changes to 1,000 watches",
      value: 100_000 / (hundred / 1000),
      unit: "per s",
      yardstick: 46_000,
      of: upstream,
    },
    { name: "watches cut by these", value: (cut / watchers) * 100, unit: "%", yardstick: 100, of: upstream },
  ];
}
