/**
 * One gRPC connection to a CRI runtime's socket: method by name, messages as plain objects in the field names of
 * `proto.ts` in camel case. 64-bit numbers arrive as decimal text, bytes as Buffer, enums as their names; whatever was
 * not sent has its default. The connection comes back by itself after the runtime has restarted.
 */
import { Client, type ClientReadableStream, credentials } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import type { Clock } from "../../../base/clock.ts";
import { criProto } from "./proto.ts";

export interface Wire {
  /** Rejects with grpc-js's ServiceError. Without `timeoutMs` the call may take for ever. */
  call<Answer>(method: string, request?: object, timeoutMs?: number): Promise<Answer>;
  stream<Answer>(method: string, request: object): ClientReadableStream<Answer>;
  close(): void;
}

/** containerd's own event service, on the same socket: only the topic of an event is of use here. */
const eventsProto = `
syntax = "proto3";
package containerd.services.events.v1;
message SubscribeRequest { repeated string filters = 1; }
message SubscribeResponse { string namespace = 2; string topic = 3; }
`;

const imageMethods = new Set(["ListImages", "ImageStatus", "PullImage", "RemoveImage", "ImageFsInfo"]);
const path = (method: string): string =>
  method === "Subscribe"
    ? "/containerd.services.events.v1.Events/Subscribe"
    : `/runtime.v1.${imageMethods.has(method) ? "ImageService" : "RuntimeService"}/${method}`;

/** Methods whose messages are not called as they are. */
const messageNames: Readonly<Record<string, readonly [string, string]>> = {
  GetContainerEvents: ["runtime.v1.GetEventsRequest", "runtime.v1.ContainerEventResponse"],
  Subscribe: ["containerd.services.events.v1.SubscribeRequest", "containerd.services.events.v1.SubscribeResponse"],
};

export function connect(socket: string, clock: Clock): Wire {
  const root = protobuf.parse(criProto).root;
  protobuf.parse(eventsProto, root);
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.enable_http_proxy": 0,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
    "grpc.service_config_disable_resolution": 1,
  });
  const coders = (method: string) => {
    const [asked, answered] = messageNames[method] ?? [`runtime.v1.${method}Request`, `runtime.v1.${method}Response`];
    const request = root.lookupType(asked);
    const answer = root.lookupType(answered);
    return {
      serialize: (message: object) => Buffer.from(request.encode(request.fromObject(message)).finish()),
      deserialize: (bytes: Buffer): unknown =>
        answer.toObject(answer.decode(bytes), { longs: String, enums: String, defaults: true }),
    };
  };
  return {
    call<Answer>(method: string, request: object = {}, timeoutMs?: number) {
      const { serialize, deserialize } = coders(method);
      const options = timeoutMs === undefined ? {} : { deadline: clock.now() + timeoutMs };
      return new Promise<Answer>((resolve, reject) => {
        client.makeUnaryRequest(path(method), serialize, deserialize, request, options, (error, answer) =>
          error ? reject(error) : resolve(answer as Answer),
        );
      });
    },
    stream<Answer>(method: string, request: object) {
      const { serialize, deserialize } = coders(method);
      return client.makeServerStreamRequest(path(method), serialize, (b) => deserialize(b) as Answer, request);
    },
    close: () => client.close(),
  };
}
