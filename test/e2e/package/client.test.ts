/** The installed package against the embedded cloud: all that a program of the vendor's needs is in it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createLink } from "../../../emulator/customer/onboarding-api.js";
import { install } from "../../package.js";
import { TestCloud } from "../test-cloud.js";

const run = promisify(execFile);
const program = fileURLToPath(new URL("list-connections.mjs", import.meta.url));
const HOME = "us-east-1";

describe("From an empty folder with the package alone", function () {
  this.timeout(300_000);

  let folder = "";
  let test: TestCloud;
  let accountId = "";

  before(async () => {
    folder = await install();
    copyFileSync(program, join(folder, "list-connections.mjs"));
    test = await TestCloud.start({ "onboarding:regions": [HOME, "eu-west-1"] });
    accountId = test.newAccount();
    const { link } = await createLink(test.program.onboardingUrl, { accountId, region: "eu-west-1" });
    const stack = await test.cloud.customer(accountId).createStack(link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
  });

  after(async () => {
    await test?.cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The vendor's credentials, where the SDK looks for them, and the embedded cloud. */
  function environment() {
    const { accessKeyId, secretAccessKey } = test.cloud.vendor.options(HOME).credentials;
    return {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: test.cloud.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
  }

  it("a short program lists connections and gets credentials", async () => {
    const lines = readFileSync(program, "utf8").trimEnd().split("\n");
    assert.ok(lines.length <= 15, `${lines.length} lines`);
    const { tableName } = test.program;
    const args = [test.cloud.endpoint, tableName, HOME, "eu-west-1"];
    const { stdout } = await run(process.execPath, ["list-connections.mjs", ...args], {
      cwd: folder,
      env: environment(),
    });
    assert.equal(stdout, `${accountId} eu-west-1 string\n`);
  });

  it("the operator's program lists them, too, by the names of table and home region", async () => {
    const { stdout } = await run(
      join(folder, "node_modules/.bin/onboarding"),
      ["list", "--table", test.program.tableName, "--region", HOME, "--json"],
      { cwd: folder, env: environment() },
    );
    assert.match(stdout, new RegExp(`"accountId": ?"${accountId}"`));
  });
});
