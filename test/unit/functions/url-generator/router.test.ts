/** Routes, and what reaches them. */
import assert from "node:assert/strict";
import { type ApiEvent, Router } from "../../../../functions/url-generator/router.js";
import { requestTo } from "./api-request.js";

function router() {
  const app = new Router<string>({
    callerOf: ({ headers }) => {
      if (!headers?.authorization) throw new Error("unknown caller");
      return headers.authorization;
    },
    notFound: () => {
      throw new Error("not found");
    },
    failed: (error, context) => context.body(`${context.req.method}: ${(error as Error).message}`, 400),
    headers: { "Cache-Control": "no-store", "X-Frame-Options": "DENY" },
  });
  app.open("/", (context) => context.body("start", 200, { "Cache-Control": "max-age=60" }));
  app.open("/whoami", (context) => context.text(context.caller));
  app.get("/things/:id", (context) => context.json({ id: context.req.param("id"), by: context.caller }));
  app.put("/things/:id/part", (context) => {
    context.header("Retry-After", "5");
    return context.json({ id: context.req.param("id"), query: context.req.queries() }, 202);
  });
  app.delete("/things/:id", async () => {
    throw new Error("broken");
  });
  return app;
}

const known = { headers: { Authorization: "somebody" } };
const said = async (address: string, init: RequestInit = known) => {
  const response = await requestTo(router(), address, init);
  return `${response.status} ${await response.text()}`;
};

describe("The router", () => {
  it("finds a route by method and path, and gives it the path's parts as they were meant", async () => {
    assert.equal(await said("/things/eu-west-1:1"), '200 {"id":"eu-west-1:1","by":"somebody"}');
    assert.equal(await said("/things/eu-west-1%3A1"), '200 {"id":"eu-west-1:1","by":"somebody"}');
    assert.equal(await said("/things/a%2Fb"), '200 {"id":"a/b","by":"somebody"}');
    assert.equal(await said("/things/%zz"), '200 {"id":"%zz","by":"somebody"}');
  });

  for (const [method, path] of [
    ["GET", "/things"],
    ["GET", "/things/"],
    ["GET", "/things/1/"],
    ["GET", "/things/1/other"],
    ["GET", "/Things/1"],
    ["GET", "//things/1"],
    ["POST", "/things/1"],
    ["GET", "/things/1/part"],
  ] as const) {
    it(`finds nothing for ${method} ${path}`, async () => {
      const event = {
        rawPath: path,
        requestContext: { http: { method } },
        headers: { authorization: "somebody" },
      };
      const { body } = await router().handle(event satisfies ApiEvent);
      assert.equal(body, `${method}: not found`);
    });
  }

  it("takes HEAD for GET, and sends no body", async () => {
    const response = await requestTo(router(), "/things/1", { ...known, method: "HEAD" });
    assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, "application/json"]);
    assert.equal(await response.text(), "");
  });

  it("asks who calls before it says whether there is such a route", async () => {
    assert.equal(await said("/things/1", {}), "400 GET: unknown caller");
    assert.equal(await said("/nothing", {}), "400 GET: unknown caller");
    assert.equal(await said("/", {}), "200 start");
  });

  it("knows no caller in a route that is open to everybody", async () => {
    assert.equal(await said("/whoami"), "400 GET: Nobody asked who calls.");
  });

  it("makes a response of what a route throws", async () => {
    assert.equal(await said("/things/1", { ...known, method: "DELETE" }), "400 DELETE: broken");
  });

  it("adds its headers where a response does not have them", async () => {
    const headersOf = async (address: string) => {
      const { headers } = await requestTo(router(), address, known);
      return [headers.get("Cache-Control"), headers.get("X-Frame-Options")];
    };
    assert.deepEqual(await headersOf("/"), ["max-age=60", "DENY"]);
    assert.deepEqual(await headersOf("/nothing"), ["no-store", "DENY"]);
  });

  it("hands over status, headers and every value of the query", async () => {
    const response = await requestTo(router(), "/things/1/part?a=1&a=2&b=%C3%BC+x&c", {
      ...known,
      method: "PUT",
    });
    assert.deepEqual([response.status, response.headers.get("Retry-After")], [202, "5"]);
    const { query } = (await response.json()) as { query: unknown };
    assert.deepEqual(query, { a: ["1", "2"], b: ["ü x"], c: [""] });
  });
});
