import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:https";
import { syncBuiltinESMExports } from "node:module";
import tls, { type TLSSocket } from "node:tls";
import { Certificate } from "../../../../emulator/aws/certificates.js";
import { close, listen, portOf } from "../../../../emulator/aws/loopback.js";
import { OneContextAgent } from "../../../../functions/runtime/one-context-agent.js";

const HOSTS = ["one.example.com", "other.example.com"] as const;

describe("An agent with one context", () => {
  let certificate: Certificate;
  let server: Server;
  let contexts = 0;
  const { createSecureContext } = tls;

  before(async () => {
    certificate = await Certificate.create(...HOSTS);
    server = createServer(certificate.serverOptions, (_, response) => response.end());
    await listen(server);
    tls.createSecureContext = (options) => {
      contexts++;
      return createSecureContext(options);
    };
    syncBuiltinESMExports();
  });
  after(async () => {
    tls.createSecureContext = createSecureContext;
    syncBuiltinESMExports();
    await close(server);
    certificate.remove();
  });

  /** @returns whether the connection resumed a session */
  async function get(agent: OneContextAgent, servername: string, port = portOf(server)): Promise<boolean> {
    const ca = readFileSync(certificate.authorityFile);
    const outgoing = request({ host: "127.0.0.1", port, servername, ca, agent }).end();
    const [response] = await once(outgoing, "response");
    const { socket } = response;
    response.resume();
    await once(response, "end");
    return (socket as TLSSocket).isSessionReused();
  }

  it("makes a context once, and a connection for each request, which resumes its host's session only", async () => {
    const connections: unknown[] = [];
    server.on("secureConnection", (socket) => connections.push(socket));
    const agent = new OneContextAgent();
    const resumed = [];
    for (const host of [HOSTS[0], HOSTS[0], HOSTS[1], HOSTS[0]]) resumed.push(await get(agent, host));
    assert.deepEqual(resumed, [false, true, false, true]);
    assert.equal(connections.length, 4);
    assert.equal(contexts, 1);
  });

  it("checks the certificate of each host", async () => {
    const agent = new OneContextAgent();
    await get(agent, HOSTS[0]);
    await assert.rejects(get(agent, "third.example.com"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });
});
