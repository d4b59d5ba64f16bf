/** Who may use the stand-in for the AWS console: it creates stacks, so no other address's page. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { ConsoleStandIn } from "../../../../emulator/console/console.js";
import type { EmbeddedCloud } from "../../../../emulator/embedded-cloud.js";

describe("The stand-in for the AWS console", () => {
  let standIn: ConsoleStandIn;

  before(async () => {
    // No request of this test gets as far as the cloud.
    standIn = await ConsoleStandIn.start({} as EmbeddedCloud);
  });

  after(() => standIn.stop());

  const create = (headers: Readonly<Record<string, string>>) =>
    new Promise<[status: number | undefined, body: string]>((resolve, reject) => {
      const { hostname, port } = new URL(standIn.url);
      request({ hostname, port, path: "/stacks", method: "POST", headers }, async (response) =>
        resolve([response.statusCode, await text(response)]),
      )
        .on("error", reject)
        .end("account=1");
    });

  for (const [what, headers] of [
    ["another site's page", { Origin: "https://evil.example" }],
    ["another port's page", { Origin: "http://127.0.0.1:1" }],
    ["a page of a name that leads here", { Host: "evil.example:80", Origin: "http://evil.example:80" }],
    ["a page without an origin", { Origin: "null" }],
  ] as const) {
    it(`creates nothing for ${what}`, async () => {
      const [status, body] = await create(headers);
      assert.equal(status, 403);
      assert.match(body, /Only this stand-in&#39;s own pages may use it/);
    });
  }

  it("reads what its own page sends", async () => {
    const [status, body] = await create({ Origin: standIn.url });
    assert.equal(status, 400);
    assert.match(body, /is not an account ID/);
  });
});
