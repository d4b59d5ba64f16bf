/** What a web page, or a program that does not know the secret, gets from the embedded cloud: nothing. */
import assert from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { CreateFunctionCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { zipSync } from "fflate";
import type { Browser } from "playwright-core";
import { type AccountClients, Accounts } from "../../../../emulator/aws/accounts.js";
import { close, listen, portOf } from "../../../../emulator/aws/loopback.js";
import { Ministack } from "../../../../emulator/aws/ministack.js";
import { launchBrowser } from "../../page/browser.js";

const VENDOR = "111122223333";
const REGION = "us-east-1";
const FORGED = `AWS4-HMAC-SHA256 Credential=${VENDOR}/20261126/${REGION}/sns/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
const CREATE_TOPIC = "Action=CreateTopic&Name=evil&Version=2010-03-31";

describe("The embedded cloud's guard", function () {
  this.timeout(60_000);
  let ministack: Ministack;
  let vendor: AccountClients;

  before(async () => {
    ministack = await Ministack.start({ vendorAccount: VENDOR });
    vendor = new Accounts(ministack.endpoint, ministack.secretAccessKey).of(VENDOR);
  });

  after(() => ministack?.stop());

  const topics = async () => {
    const { Topics = [] } = await vendor.sns(REGION).send(new ListTopicsCommand({}));
    return Topics.map(({ TopicArn }) => TopicArn);
  };

  /** A request with any headers, the host among them, which fetch would not let us choose. */
  const send = (headers: Readonly<Record<string, string>>, { path = "/", body = CREATE_TOPIC } = {}) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(ministack.endpoint);
      const form = { "Content-Type": "application/x-www-form-urlencoded", ...headers };
      request({ hostname, port, path, method: "POST", headers: form }, async (response) =>
        resolve({ status: response.statusCode, body: await text(response) }),
      )
        .on("error", reject)
        .end(body);
    });

  for (const [what, headers, sentence] of [
    ["comes from another site's page", { Origin: "https://evil.example" }, /Web pages may not call/],
    [
      "comes from another site's page, without an Origin",
      { "Sec-Fetch-Site": "cross-site" },
      /Web pages may not/,
    ],
    ["comes from a page of another port", { "Sec-Fetch-Site": "same-site" }, /Web pages may not call/],
    ["reaches it by a name of somebody else's", { Host: "evil.example:4566" }, /host is not this machine's/],
    [
      "reaches it by a name that begins like AWS's",
      { Host: "a.s3.us-east-1.amazonaws.com.evil.example" },
      /host/,
    ],
    [
      "is signed with any secret",
      { Authorization: FORGED, "X-Amz-Date": "20261126T000000Z" },
      /not signed with/,
    ],
    ["names an account and is not signed", { Authorization: `AWS ${VENDOR}:AAAA` }, /./],
  ] as const) {
    it(`refuses a request that ${what}`, async () => {
      const signed = what.startsWith("comes") || what.startsWith("reaches");
      const response = await send({ ...(signed && { Authorization: FORGED }), ...headers });
      assert.equal(response.status, 403, response.body);
      assert.match(response.body, sentence);
      assert.deepEqual(await topics(), []);
    });
  }

  it("refuses a query that names an account and is not signed", async () => {
    const scope = encodeURIComponent(`${VENDOR}/20261126/${REGION}/sns/aws4_request`);
    const response = await send({}, { path: `/?X-Amz-Credential=${scope}&${CREATE_TOPIC}`, body: "" });
    assert.equal(response.status, 403, response.body);
    assert.deepEqual(await topics(), []);
  });

  it("refuses to make a function for whoever does not know the secret, in any account", async () => {
    for (const account of [VENDOR, "222233334444", "test"]) {
      const stranger = new Accounts(ministack.endpoint, "test").of(account);
      const made = stranger.lambda(REGION).send(
        new CreateFunctionCommand({
          FunctionName: "evil",
          Role: `arn:aws:iam::${VENDOR}:role/evil`,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { ZipFile: zipSync({}) },
        }),
      );
      await assert.rejects(made, /is not signed with this embedded cloud's secret access key/);
    }
    const { Functions } = await vendor.lambda(REGION).send(new ListFunctionsCommand({}));
    assert.deepEqual(Functions, []);
  });

  it("keeps ministack's controls to itself", async () => {
    for (const path of ["/_ministack/reset", "/_ministack/config", "/_localstack/state/reset"]) {
      assert.equal((await send({}, { path })).status, 403, path);
    }
  });

  it("lets whoever knows the secret in, and a program pass on what a browser sent", async () => {
    await vendor.sns(REGION).send(new CreateTopicCommand({ Name: "own" }));
    const passedOn = await send({
      Origin: "https://evil.example",
      "X-Embedded-Cloud-Secret": ministack.secretAccessKey,
    });
    assert.match(passedOn.body, /MissingAuthenticationToken/);
    assert.deepEqual(await topics(), [`arn:aws:sns:${REGION}:${VENDOR}:own`]);
  });

  describe("with a real browser on another site", () => {
    let browser: Browser;
    let site: Server;

    before(async () => {
      site = createServer((_, response) => response.end("<!doctype html><title>evil</title>"));
      await listen(site);
      browser = await launchBrowser();
    });

    after(async () => {
      await browser?.close();
      if (site) await close(site);
    });

    it("creates nothing", async () => {
      const before = await topics();
      const page = await browser.newPage();
      // 127.0.0.1 and localhost are two sites to a browser.
      await page.goto(`http://127.0.0.1:${portOf(site)}/`);
      const target = ministack.endpoint.replace("127.0.0.1", "localhost");
      await page.evaluate(
        // Without a function of its own: its name would need a helper that the page does not have.
        async ([url = "", body = "", authorization = ""]) => {
          const form = { "Content-Type": "application/x-www-form-urlencoded" };
          const attempts: [path: string, init: RequestInit][] = [
            ["/", { mode: "no-cors", headers: form }],
            ["/", { headers: { ...form, Authorization: authorization } }],
            [`/?X-Amz-Credential=${encodeURIComponent(authorization)}`, { mode: "no-cors" }],
            ["/_ministack/reset", { mode: "no-cors" }],
          ];
          for (const [path, init] of attempts) {
            await fetch(url + path, { method: "POST", body, ...init }).catch(() => undefined);
          }
        },
        [target, CREATE_TOPIC, FORGED],
      );
      assert.deepEqual(await topics(), before);
      assert.equal(before.length, 1);
    });
  });
});
