/** The Python of docs/from-other-languages.md, as it stands there, on the embedded cloud. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { pythonProgram } from "../../emulator/aws/python.js";
import { signedHeaders } from "../../emulator/aws/signature.js";
import { ApiClient } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

const [, program = ""] =
  /```python\n([\s\S]+?)```/.exec(
    readFileSync(new URL("../../docs/from-other-languages.md", import.meta.url), "utf8"),
  ) ?? [];

/** Uses the session twice, the second time with credentials that have run out. */
const USE = `
import datetime, sys
session = session_for(*sys.argv[1:])
print(session.client("sts", region_name="eu-west-1").get_caller_identity()["Arn"])
credentials = session.get_credentials()
first = credentials.access_key
assert credentials.access_key == first, "refreshed too early"
credentials._expiry_time = datetime.datetime.now(datetime.timezone.utc)
assert credentials.access_key != first, "not refreshed"
`;

describe("On the embedded cloud, a program in Python", function () {
  this.timeout(60_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start({ "onboarding:auth": "iam" });
  });

  after(() => test?.cloud.stop());

  const python = (accountId: string, tenant: string) =>
    promisify(execFile)(
      pythonProgram("python"),
      ["-c", program + USE, test.program.onboardingUrl, "us-east-1", accountId, tenant],
      {
        env: {
          PATH: process.env.PATH,
          AWS_ENDPOINT_URL: test.cloud.endpoint,
          AWS_ACCESS_KEY_ID: "111122223333",
          AWS_SECRET_ACCESS_KEY: test.cloud.secretAccessKey,
          AWS_EC2_METADATA_DISABLED: "true",
        },
      },
    );

  it("finds a connection, assumes its role, and stops when the connection has ended", async () => {
    const accountId = test.newAccount();
    const key = { ...test.cloud.vendor.options("us-east-1").credentials, region: "us-east-1" };
    const api = new ApiClient(test.program.onboardingUrl, {}, (request) => signedHeaders(request, key));
    const tenant = "Müller & Co.";
    const { body } = await api.post("/connections", { accountId, region: "eu-west-1", tenant });
    assert.ok(body.link, JSON.stringify(body));
    const stack = await test.cloud.customer(accountId).createStack(body.link);
    assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    await test.untilStatus(body.externalId, "connected");

    const { stdout } = await python(accountId, tenant);
    assert.match(stdout, new RegExp(`^arn:aws:sts::${accountId}:assumed-role/.*/inventory\n$`));
    await assert.rejects(python(accountId, "another"), /LookupError: The AWS account \d+ is not connected/);

    await stack.delete();
    await test.untilStatus(body.externalId, "disconnected");
    await assert.rejects(python(accountId, tenant), /LookupError: The AWS account \d+ is not connected/);
  });
});
