/** Connections that share a context: each server's certificate is checked for its own host, and a session is resumed with that host alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent, createServer, request } from "node:https";
import type { SecureContext, SecureVersion, TLSSocket } from "node:tls";
import { Certificate } from "../../../../emulator/aws/certificates.js";
import { close, listen, portOf } from "../../../../emulator/aws/loopback.js";

const [HOST, OTHER] = ["bucket.example.com", "other.example.com"];

describe("the context of all TLS connections", () => {
  let certificate: Certificate;
  let secureContext: SecureContext;

  before(async () => {
    certificate = await Certificate.create(HOST);
    // One of this test's own: what it comes to trust, others in the same process must not.
    const module = new URL("../../../../functions/runtime/tls.js?alone", import.meta.url);
    ({ secureContext } = await import(module.href));
  });

  after(() => certificate.remove());

  /** Whether a connection resumed a session, or why there was none. Every name leads to one server, whose certificate is HOST's. */
  const connections = async (maxVersion: SecureVersion, hosts: readonly string[]) => {
    const server = createServer({ ...certificate.serverOptions, maxVersion }, (_, outgoing) =>
      outgoing.end(),
    );
    await listen(server);
    const agent = new Agent({ keepAlive: false, secureContext });
    const connect = (host: string) =>
      new Promise<string>((resolve) => {
        const outgoing = request(
          {
            host,
            port: portOf(server),
            agent,
            lookup: (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
          },
          (incoming) => {
            const { socket } = incoming;
            incoming
              .resume()
              .on("end", () => resolve((socket as TLSSocket).isSessionReused() ? "resumed" : "new"));
          },
        );
        outgoing.on("error", ({ code = "failed" }: NodeJS.ErrnoException) => resolve(code)).end();
      });
    const results: string[] = [];
    for (const host of hosts) results.push(await connect(host));
    await close(server);
    return results;
  };

  it("trusts no server whose certificate no authority has signed that the machine trusts", async () => {
    assert.deepEqual(await connections("TLSv1.3", [HOST]), ["UNABLE_TO_VERIFY_LEAF_SIGNATURE"]);
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`resumes a session with the host that it is of, and takes it for no proof of another (${version})`, async () => {
      secureContext.context.addCACert(readFileSync(certificate.authorityFile));
      assert.deepEqual(await connections(version, [HOST, HOST, OTHER, OTHER, HOST]), [
        "new",
        "resumed",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "resumed",
      ]);
    });
  }
});
