/**
 * A thousand watches of pods, and how long until all of them have seen a change: as informers have them, a hundred on a
 * connection of HTTP/2, and each on a connection of its own.
 */
import https from "node:https";
import tls from "node:tls";
import { type Figure, median, percentile, upstream } from "./figure.ts";
import { load, request, type Target } from "./http-load.ts";
import { RawHttp2 } from "./raw-http2.ts";

const pods = "/api/v1/namespaces/default/pods";
const watchers = 1000;
const perConnection = 100;
const line = Buffer.from('{"type":"ADDED"');

/** Told at each change that has come whole enough to be told. */
let onSeen = (): void => {};

function count(chunk: Buffer): void {
  for (let at = chunk.indexOf(line); at >= 0; at = chunk.indexOf(line, at + line.length)) onSeen();
}

interface Watches {
  readonly cut: () => number;
  end(): void;
}

/** Opens them all; they tell of what comes after `version`. */
type Carrier = (target: Target, version: string) => Promise<Watches>;

const places = (target: Target): tls.ConnectionOptions => ({ ...target, host: "127.0.0.1", servername: "localhost" });

const onOwnConnections: Carrier = async (target, version) => {
  const sockets: tls.TLSSocket[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = tls.connect(places(target));
      sockets.push(socket);
      socket.on("error", reject);
      socket.once("secureConnect", () => socket.write(request("GET", `${pods}?watch=true&resourceVersion=${version}`)));
      socket.once("data", () => resolve());
      socket.on("data", count);
    });
  for (let i = 0; i < watchers; i += 50) await Promise.all(Array.from({ length: 50 }, open));
  return {
    cut: () => sockets.filter((socket) => socket.destroyed).length,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

const onSharedConnections: Carrier = async (target, version) => {
  const url = `${pods}?watch=true&resourceVersion=${version}`;
  const connections: RawHttp2[] = [];
  for (let i = 0; i < watchers / perConnection; i++) {
    const connection = await RawHttp2.connect(places(target), () => onSeen());
    await connection.get(url, perConnection);
    connections.push(connection);
  }
  return {
    cut: () => connections.filter(({ isCut }) => isCut).length * perConnection,
    end: () => {
      for (const connection of connections) connection.end();
    },
  };
};

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

/** Creates `changes` pods, and resolves to the ms until every watch has told of all of them. */
async function untilSeen(
  target: Target,
  inFlight: number,
  changes: number,
  make: (index: number) => Buffer,
): Promise<number> {
  let left = watchers * changes;
  const all = new Promise<void>((resolve) => {
    onSeen = () => {
      if (--left === 0) resolve();
    };
  });
  const started = performance.now();
  await Promise.all([load(target, inFlight, changes, make), all]);
  return performance.now() - started;
}

async function measure(name: string, carrier: Carrier, target: Target, make: (i: number) => Buffer): Promise<Figure[]> {
  const watches = await carrier(target, await newest(target));
  const took: number[] = [];
  for (let i = 0; i < 30; i++) took.push(await untilSeen(target, 1, 1, () => make(i)));
  const hundred = await untilSeen(target, 16, 100, (i) => make(1000 + i));
  const cut = watches.cut();
  watches.end();
  const rate = 100_000 / (hundred / 1000);
  return [
    { name: `a change to 1,000 watches, ${name}, p50`, value: median(took), unit: "ms", yardstick: 23, of: upstream },
    { name: "… p90", value: percentile(took, 90), unit: "ms", yardstick: 31, of: upstream },
    { name: "… 100 changes", value: rate, unit: "per s", yardstick: 46_000, of: upstream },
    { name: "… cut by these", value: (cut / watchers) * 100, unit: "%", yardstick: 100, of: upstream },
  ];
}

/** `make`: a request that creates the i-th pod of a series. */
export async function burst(target: Target, make: (series: string, i: number) => Buffer): Promise<Figure[]> {
  return [
    ...(await measure("10 connections", onSharedConnections, target, (i) => make("shared", i))),
    ...(await measure("1,000 connections", onOwnConnections, target, (i) => make("own", i))),
  ];
}
