/** Ports of this machine that lead to ports of a node, as kind's `extraPortMappings` ask for. */
import { createServer, type Server, type Socket } from "node:net";
import type { Connection } from "../../kubelet/runtimes/contract.ts";
import type { PortMapping } from "../files/cluster-directory.ts";

export class PortMappings {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  /** `connect`: to a port of the node. Rejects where a port of this machine is taken. */
  async add(mappings: readonly PortMapping[], connect: (port: number) => Promise<Connection>): Promise<void> {
    for (const { hostPort, nodePort, address } of mappings) {
      const server = createServer((socket) => {
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
        socket.on("error", () => socket.destroy());
        connect(nodePort).then(
          (connection) => carry(socket, connection),
          () => socket.destroy(),
        );
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error) =>
          reject(new Error(`port ${hostPort} of ${address} cannot lead to the node: ${error.message}`)),
        );
        server.listen(hostPort, address, resolve);
      });
      this.#servers.push(server);
    }
  }

  close(): void {
    for (const server of this.#servers.splice(0)) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function carry(socket: Socket, connection: Connection): void {
  socket.on("data", (data: Buffer) => {
    socket.pause();
    connection.write(data).then(
      () => socket.resume(),
      () => socket.destroy(),
    );
  });
  socket.once("end", () => connection.end());
  socket.once("close", () => connection.destroy());
  void (async () => {
    for await (const data of connection.data)
      if (!socket.write(data)) await new Promise<void>((resolve) => socket.once("drain", resolve));
    socket.end();
  })().catch(() => socket.destroy());
}
