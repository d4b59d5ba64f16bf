/** How a response gets to CloudFormation, with a real server and TLS. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import https, { createServer, type RequestOptions, type Server } from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { Certificate } from "../../../../emulator/aws/certificates.js";
import { close, listen, portOf } from "../../../../emulator/aws/loopback.js";
import { deliver, ResponseNotDeliveredError } from "../../../../functions/receiver/delivery.js";
import { Deadline } from "../../../../functions/runtime/deadline.js";

const HOST = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";
const target = { host: HOST, path: "/stack%7Cresource%7Crequest?X-Amz-Signature=5ec4e7" };

/** What the server does with one request: a status, or what breaks. */
type Turn = number | "break" | "break halfway" | "hang";

interface Arrived {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly serverName: string | false | null;
  readonly body: string;
}

/** A deadline whose waits take no time; it notes them. */
class Impatient extends Deadline {
  readonly waits: number[] = [];

  override async sleep(milliseconds: number): Promise<boolean> {
    this.waits.push(milliseconds);
    return true;
  }
}

const inAMinute = () => new Impatient(Date.now() + 60_000);

describe("a response", () => {
  const arrived: Arrived[] = [];
  let turns: Turn[] = [];
  let connections = 0;
  let certificate: Certificate;
  let server: Server;
  const genuine = https.request;

  before(async () => {
    certificate = await Certificate.create(HOST, "elsewhere.example.com");
    const ca = readFileSync(certificate.authorityFile);
    server = createServer(certificate.serverOptions, async (incoming, outgoing) => {
      const turn = turns.shift() ?? 200;
      if (turn === "break halfway") return void incoming.socket.destroy();
      arrived.push({
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
        serverName: (incoming.socket as TLSSocket).servername,
        body: await text(incoming),
      });
      if (turn === "hang") return;
      if (turn === "break") return void incoming.socket.destroy();
      outgoing.writeHead(turn, { Location: "https://elsewhere.example.com/collect" }).end("said at length");
    });
    server.on("secureConnection", () => {
      connections++;
    });
    await listen(server);
    const port = portOf(server);
    // The bucket's host leads to this server, with the server's certificate checked for that host.
    https.request = ((options: RequestOptions, ...others: never[]) =>
      genuine(
        {
          ...options,
          host: "127.0.0.1",
          port,
          servername: String(options.host),
          ca,
          headers: { Host: String(options.host), ...options.headers },
        },
        ...others,
      )) as typeof https.request;
    syncBuiltinESMExports();
  });

  beforeEach(() => {
    arrived.length = 0;
    turns = [];
    connections = 0;
  });

  after(async () => {
    https.request = genuine;
    syncBuiltinESMExports();
    await close(server);
    certificate.remove();
  });

  it("is PUT to the signed path of the bucket's host, with an empty Content-Type, and once", async () => {
    assert.equal(await deliver(target, '{"Status":"SUCCESS"}', inAMinute()), "accepted");
    assert.equal(arrived.length, 1);
    const [{ method, path, headers, serverName, body } = assert.fail()] = arrived;
    assert.deepEqual([method, path, serverName, body], ["PUT", target.path, HOST, '{"Status":"SUCCESS"}']);
    assert.deepEqual(
      [headers.host, headers["content-type"], headers["content-length"], headers["transfer-encoding"]],
      [HOST, "", "20", undefined],
    );
  });

  for (const errors of [
    [500],
    [503, 502],
    [429],
    ["break"],
    ["break halfway", 500],
    [500, 429, "break", 503],
  ] as const) {
    it(`is tried again after ${errors.join(", ")}, each time later and on a new connection`, async () => {
      turns = [...errors];
      const deadline = inAMinute();
      assert.equal(await deliver(target, "{}", deadline), "accepted");
      assert.deepEqual(deadline.waits, [500, 1500, 3500, 7000].slice(0, errors.length));
      assert.equal(connections, errors.length + 1);
    });
  }

  it("that is not accepted in five attempts fails, and the error names the host and nothing of the path", async () => {
    turns = Array(9).fill(500);
    await assert.rejects(deliver(target, "{}", inAMinute()), (error: Error) => {
      assert.ok(error instanceof ResponseNotDeliveredError);
      assert.match(error.message, new RegExp(HOST));
      assert.doesNotMatch(error.message + (error.cause as Error).message, /Signature|5ec4e7|%7C/);
      return true;
    });
    assert.equal(arrived.length, 5);
  });

  for (const status of [400, 401, 403, 404, 409, 411]) {
    it(`refused with ${status} is not tried again`, async () => {
      turns = [status];
      assert.equal(await deliver(target, "{}", inAMinute()), "refused");
      assert.equal(arrived.length, 1);
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no redirect (${status})`, async () => {
      turns = [status];
      assert.equal(await deliver(target, "{}", inAMinute()), "refused");
      assert.deepEqual(
        arrived.map(({ path }) => path),
        [target.path],
      );
    });
  }

  for (const status of [200, 201, 204]) {
    it(`is accepted with ${status}`, async () => {
      turns = [status];
      assert.equal(await deliver(target, "{}", inAMinute()), "accepted");
    });
  }

  it("to a bucket that says nothing ends with its deadline", async () => {
    turns = ["hang"];
    await assert.rejects(deliver(target, "{}", Deadline.in(200)), ResponseNotDeliveredError);
  });

  it("goes to no server without a certificate for the bucket's host", async () => {
    await assert.rejects(
      deliver({ ...target, host: HOST.replace("euwest1", "euwest2") }, "{}", inAMinute()),
      (error: Error) => (error.cause as NodeJS.ErrnoException).code === "ERR_TLS_CERT_ALTNAME_INVALID",
    );
    assert.equal(arrived.length, 0);
  });
});
