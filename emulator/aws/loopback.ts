/** Servers on 127.0.0.1: nothing outside this machine can reach the embedded cloud. */
import { type Server as HttpServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";

/** Starts a server on the loopback interface. @param port a free one by default */
export function listen(server: Server, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Where an HTTP server listens, without a slash at the end. */
export function urlOf(server: HttpServer): string {
  return `http://127.0.0.1:${portOf(server)}`;
}

/** Stops a server and breaks the connections that are open. */
export async function close(server: HttpServer | HttpsServer): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Finds a free port, or checks one.
 * @param wanted any free port by default
 * @throws Error when the wanted port is taken
 */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  await listen(server, wanted).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(`Port ${wanted} on 127.0.0.1 is not available (${code}). Choose another one.`);
  });
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A request that a server has read, and where its reply goes. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly outgoing: ServerResponse;
}

/** Passes a request on to another server, and the reply back. Resolves when that is done, or the connection broke. */
export function forward(url: string, { incoming, body, outgoing }: Exchange): Promise<void> {
  const { hostname, port } = new URL(url);
  const { url: path, method, headers } = incoming;
  return new Promise((resolve) => {
    outgoing.on("close", resolve);
    request({ hostname, port, path, method, headers, agent: false }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    })
      .on("error", () => outgoing.destroy())
      .end(body);
  });
}
