import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { syncBuiltinESMExports } from "node:module";
import tls, { type SecureVersion, type TLSSocket } from "node:tls";
import { Certificate } from "../../../../emulator/aws/certificates.js";
import { close, listen, portOf } from "../../../../emulator/aws/loopback.js";
import { OneContextAgent } from "../../../../functions/runtime/one-context-agent.js";

const [HOST, OTHER, FOREIGN] = ["one.example.com", "other.example.com", "foreign.example.com"];

describe("An agent with one context", () => {
  let certificate: Certificate;
  let contexts = 0;
  const { createSecureContext } = tls;

  before(async () => {
    certificate = await Certificate.create(HOST, OTHER);
    tls.createSecureContext = (options) => {
      contexts++;
      return createSecureContext(options);
    };
    syncBuiltinESMExports();
  });
  after(() => {
    tls.createSecureContext = createSecureContext;
    syncBuiltinESMExports();
    certificate.remove();
  });

  /** All hosts lead to one server, whose certificate is not FOREIGN's. @returns what became of a request to each */
  async function requestsTo(hosts: readonly string[], maxVersion: SecureVersion, ca?: Buffer) {
    const server = createServer({ ...certificate.serverOptions, maxVersion }, (_, response) =>
      response.end(),
    );
    await listen(server);
    contexts = 0;
    const agent = new OneContextAgent();
    const results: string[] = [];
    for (const servername of hosts) {
      const options = { host: "127.0.0.1", port: portOf(server), servername, agent, ...(ca && { ca }) };
      try {
        const [response] = await once(request(options).end(), "response");
        const socket: TLSSocket = response.socket;
        await once(response.resume(), "end");
        results.push(socket.isSessionReused() ? "resumed" : "new");
      } catch (error) {
        results.push(String((error as NodeJS.ErrnoException).code));
      }
    }
    await close(server);
    return results;
  }

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`makes one context, and a connection for each request, which resumes its own host's session (${version})`, async () => {
      const ca = readFileSync(certificate.authorityFile);
      const hosts = [HOST, HOST, OTHER, FOREIGN, FOREIGN, HOST, OTHER];
      assert.deepEqual(await requestsTo(hosts, version, ca), [
        ...["new", "resumed", "new"],
        // No session proves who another host is.
        ...["ERR_TLS_CERT_ALTNAME_INVALID", "ERR_TLS_CERT_ALTNAME_INVALID"],
        ...["resumed", "resumed"],
      ]);
      assert.equal(contexts, 1);
    });
  }

  it("trusts no server whose certificate nobody has signed whom the machine trusts", async () => {
    assert.deepEqual(await requestsTo([HOST], "TLSv1.3"), ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
  });
});
