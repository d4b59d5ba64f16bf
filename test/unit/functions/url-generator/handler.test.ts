import assert from "node:assert/strict";
import * as v from "valibot";
import { handlerOf } from "../../../../functions/url-generator/handler.js";
import { Router } from "../../../../functions/url-generator/router.js";
import { ProblemDetails } from "../../../../functions/url-generator/schemas.js";

const app = new Router({
  callerOf: () => "anybody",
  notFound: () => assert.fail("it was not found"),
  failed: (error) => assert.fail(String(error)),
  headers: {},
});
app.post("/", (context) => context.text(context.req.text()));
const handler = handlerOf(app);

const send = async (body: string | undefined, isBase64Encoded: boolean) => {
  const event = {
    version: "2.0",
    rawPath: "/",
    rawQueryString: "",
    headers: {},
    requestContext: { domainName: "api.example.com", http: { method: "POST" } },
    body,
    isBase64Encoded,
  };
  return (await handler(event as never)) as unknown as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
};

describe("The handler of the URL generator", () => {
  it("passes bodies on, encoded or not", async () => {
    assert.equal((await send("{}", false)).body, "{}");
    assert.equal((await send(Buffer.from("ü").toString("base64"), true)).body, "ü");
    assert.equal((await send(undefined, true)).body, "");
    assert.equal((await send("%%%", false)).body, "%%%");
  });

  for (const body of ["%%%", "a", "YQ==YQ==", "ü"]) {
    it(`says that ${body} cannot be decoded`, async () => {
      const { statusCode, headers, body: text } = await send(body, true);
      assert.deepEqual([statusCode, headers["Content-Type"]], [400, "application/problem+json"]);
      assert.match(v.parse(ProblemDetails, JSON.parse(text)).detail, /cannot be decoded: it is not base64/);
    });
  }
});
