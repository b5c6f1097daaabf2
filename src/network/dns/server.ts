/**
 * The DNS server of a cluster: UDP and TCP, over the names of records.ts. Names beyond the cluster do not exist for it:
 * nothing leaves the machine.
 */
import dgram from "node:dgram";
import net from "node:net";
import dnsPacket from "dns-packet";
import type { Answer, ClusterRecords } from "./records.ts";

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** As long as CoreDNS has clients keep cluster names, in seconds. */
const ttl = 30;
const largestUdp = 1232;
const idleMs = 10_000;

const flags = {
  authoritative: dnsPacket.AUTHORITATIVE_ANSWER,
  recursion: dnsPacket.RECURSION_AVAILABLE,
  truncated: dnsPacket.TRUNCATED_RESPONSE,
};
const codes = { noError: 0, noSuchName: 3 };

export async function startDnsServer(
  records: ClusterRecords,
  options: { address: string; port: number },
): Promise<DnsServer> {
  const udp = dgram.createSocket("udp4");
  udp.on("message", (message, peer) => {
    const answer = respond(records, message, largestUdp);
    if (answer) udp.send(answer, peer.port, peer.address, () => {});
  });
  udp.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind(options.port, options.address, () => {
      udp.off("error", reject);
      resolve();
    });
  });
  const { port } = udp.address();
  const tcp = net.createServer({ keepAlive: true, keepAliveInitialDelay: idleMs }, (socket) =>
    serveTcp(records, socket),
  );
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(port, options.address, resolve);
  });
  return {
    address: options.address,
    port,
    async close() {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}

function serveTcp(records: ClusterRecords, socket: net.Socket): void {
  let buffered = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: Buffer) => {
    buffered = Buffer.concat([buffered, part]);
    while (buffered.length >= 2) {
      const length = buffered.readUInt16BE(0);
      if (buffered.length < length + 2) return;
      const answer = respond(records, buffered.subarray(2, length + 2), 65_535);
      buffered = buffered.subarray(length + 2);
      if (!answer) return void socket.destroy();
      const head = Buffer.alloc(2);
      head.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([head, answer]));
    }
  });
}

/** The answer to a message; undefined for what is no question. */
function respond(records: ClusterRecords, message: Uint8Array, largest: number): Buffer | undefined {
  try {
    const query = dnsPacket.decode(Buffer.from(message));
    const [question] = query.questions ?? [];
    if (query.type !== "query" || !question) return undefined;
    const { exists, answers, additionals, foreign } = records.lookUp(question.name.replace(/\.$/, ""), question.type);
    const code = exists ? codes.noError : codes.noSuchName;
    const base = {
      type: "response" as const,
      id: query.id ?? 0,
      flags:
        flags.recursion |
        (foreign ? 0 : flags.authoritative) |
        ((query.flags ?? 0) & dnsPacket.RECURSION_DESIRED) |
        code,
      questions: [question],
    };
    const encoded = dnsPacket.encode({ ...base, answers: answers.map(wire), additionals: additionals.map(wire) });
    if (encoded.length <= largest) return encoded;
    return dnsPacket.encode({ ...base, flags: base.flags | flags.truncated, answers: [] });
  } catch {
    return undefined;
  }
}

const wire = (answer: Answer): dnsPacket.Answer => ({ ...answer, ttl, class: "IN" }) as dnsPacket.Answer;
