/** `npm run verify-on-aws`, as far as the embedded cloud behaves like AWS. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { promisify } from "node:util";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { Template } from "../../emulator/customer/customer.js";
import { CustomerOrganization } from "../../emulator/customer/customer-organization.js";
import { createLink } from "../../emulator/customer/onboarding-api.js";
import type { Stack } from "../../emulator/customer/stack.js";
import { VENDOR_ACCOUNT } from "../../emulator/embedded-cloud.js";
import { projectFolder } from "../../emulator/paths.js";
import { serialize } from "../../functions/receiver/response.js";
import type { ResponseKey, ResponseTarget } from "../../functions/receiver/response-url.js";
import { verify } from "../aws/checks.js";
import { createRole } from "../aws/customer-role.js";
import {
  CHECKS,
  type CreatedStack,
  type OrganizationDependencies,
  type Verdict,
} from "../aws/dependencies.js";
import { TestCloud } from "./test-cloud.js";

const REGION = "eu-west-1";

describe("On the embedded cloud, npm run verify-on-aws", function () {
  this.timeout(90_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  it("says which profile or region is missing, and prints nothing else", async () => {
    const program = ["--require", "./scripts/installed.cjs", "--import", "tsx", "test/aws/verify-on-aws.ts"];
    const run = promisify(execFile)(process.execPath, [...program, "--vendor", "us"], { cwd: projectFolder });
    await assert.rejects(run, {
      code: 1,
      stdout: "",
      stderr:
        "Nothing was done: it needs --customer and --region, too. See npm run verify-on-aws -- --help.\n",
    });
  });

  /** Sends a response to the stand-in for the response buckets, as the receivers do. */
  const respond = (target: ResponseTarget, key: ResponseKey) =>
    new Promise<void>((resolve, reject) => {
      const body = serialize(key, { status: "SUCCESS", physicalResourceId: "verification" });
      const { RESPONSE_BUCKET_PORT, NODE_EXTRA_CA_CERTS = "" } = test.cloud.responseBuckets.environment;
      request(
        {
          ...{ method: "PUT", host: "127.0.0.1", port: RESPONSE_BUCKET_PORT, path: target.path },
          servername: target.host,
          ca: readFileSync(NODE_EXTRA_CA_CERTS),
          headers: { Host: target.host, "Content-Type": "", "Content-Length": Buffer.byteLength(body) },
        },
        (response) => {
          response.resume();
          assert.equal(response.statusCode, 200);
          resolve();
        },
      )
        .on("error", reject)
        .end(body);
    });

  /** SNS with the limits that ministack lacks. */
  function behindQuotas(): SNSClient {
    const { snsQuotas, vendor } = test.cloud;
    snsQuotas.unknownAccounts.add("000000000000");
    return new SNSClient({
      region: REGION,
      endpoint: String(snsQuotas.environment.AWS_ENDPOINT_URL_SNS),
      credentials: vendor.sns(REGION).config.credentials,
    });
  }

  /** An organization that the customer's account is a member of. */
  async function organizationWith(accountId: string): Promise<OrganizationDependencies> {
    const { accounts } = test.cloud;
    const organization = await CustomerOrganization.create(accounts, test.newAccount());
    await organization.join(accountId);
    const management = accounts.of(organization.managementAccount);
    return {
      management: {
        organizations: management.organizations(REGION),
        cloudFormation: management.cloudFormation(REGION),
      },
      member: accounts.of(accountId).organizations(REGION),
    };
  }

  it("confirms everything but the condition on services, which it refutes, and cleans up", async () => {
    const accountId = test.newAccount();
    const customer = test.cloud.customer(accountId);
    const { link } = await createLink(test.program.onboardingUrl, { accountId, region: REGION });
    const asCreated = (stack: Stack): CreatedStack => ({
      settled: async () => (await stack.settled()).status,
      delete: async () => {
        assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
      },
    });
    const verdicts: Verdict[] = [];
    const dependencies = {
      region: REGION,
      customerAccountId: accountId,
      sns: behindQuotas(),
      sqs: test.cloud.vendor.sqs(REGION),
      openLink: async (text: string) => asCreated(await customer.createStack(text)),
      createStack: async (name: string, template: object) => {
        const url = new URL(link);
        const [route, query] = url.hash.split("?", 2);
        const fields = new URLSearchParams(query);
        for (const field of [...fields.keys()]) if (field.startsWith("param_")) fields.delete(field);
        fields.set("stackName", name);
        url.hash = `${route}?${fields}`;
        return asCreated(await customer.createStack(url.href, { template: () => template as Template }));
      },
      createRole: (name: string, externalId: string) =>
        createRole(customer.clients.iam(REGION), VENDOR_ACCOUNT, name, externalId),
      assumeRole: async (RoleArn: string, ExternalId: string) => {
        const { AssumedRoleUser } = await test.cloud.vendor
          .sts(REGION)
          .send(new AssumeRoleCommand({ RoleArn, ExternalId, RoleSessionName: "verify" }));
        return AssumedRoleUser?.AssumedRoleId?.split(":")[0] ?? "";
      },
      respond,
      organization: await organizationWith(accountId),
    };
    for await (const verdict of verify(dependencies, link)) verdicts.push(verdict);
    assert.deepEqual(
      verdicts.map(({ check }) => check),
      Object.keys(CHECKS),
    );
    assert.deepEqual(
      verdicts.filter(({ result }) => result !== "confirmed").map(({ check, result }) => [check, result]),
      // The embedded cloud's CloudFormation publishes with the customer's own keys: no service acts for anybody.
      [
        ["via-aws-service", "refuted"],
        ["stack-set-attributes", "skipped"],
      ],
      JSON.stringify(verdicts, null, 2),
    );
    assert.match(verdicts[1]?.detail ?? "", /^The host is cloudformation-custom-resource-response-euwest1\./);

    const { Topics = [] } = await test.cloud.vendor.sns(REGION).send(new ListTopicsCommand({}));
    assert.deepEqual(
      Topics.filter(({ TopicArn }) => TopicArn?.includes("verify")),
      [],
    );
    const { QueueUrls = [] } = await test.cloud.vendor.sqs(REGION).send(new ListQueuesCommand({}));
    assert.deepEqual(
      QueueUrls.filter((url) => url.includes("verify")),
      [],
    );
  });
});
