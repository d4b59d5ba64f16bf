/** The operator's commands for organizations, and the lister with the rights that it is deployed with. */
import assert from "node:assert/strict";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { CustomerOrganization } from "../../../../emulator/customer/customer-organization.js";
import { ORGANIZATION_ACTIONS } from "../../../../functions/aws/organizations.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { TestCloud } from "../../test-cloud.js";
import { newExternalId } from "../../test-table.js";
import { Operator } from "./operator.js";

const REGION = "eu-west-1";
const VENDOR = "111122223333";

describe("On the embedded cloud, an operator of organizations", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let operator: Operator;
  let customer: CustomerOrganization;
  let management: string;
  let members: string[];
  const externalId = newExternalId();
  const [, uuid = ""] = externalId.split(":");
  const digits = uuid.slice(0, 8);

  before(async () => {
    test = await TestCloud.start();
    operator = new Operator(test);
    management = test.newAccount();
    customer = await CustomerOrganization.create(test.cloud.accounts, management);
    members = Array.from({ length: 15 }, () => test.newAccount());
    for (const account of members) await customer.join(account);
    const organizationRole = await makeRole(management, `organization-${digits}`, externalId);
    await connect(organizationRole);
  });

  after(async () => {
    operator?.remove();
    await test?.cloud.stop();
  });

  /** As the template makes it, with the same name and path. */
  async function makeRole(account: string, RoleName: string, id: string): Promise<string> {
    const iam = test.cloud.accounts.of(account).iam(REGION);
    const Condition = { StringEquals: { "sts:ExternalId": id } };
    const Principal = { AWS: `arn:aws:iam::${VENDOR}:root` };
    const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition }];
    const trust = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Role } = await iam.send(
      new CreateRoleCommand({ Path: "/onboarding/dev/", RoleName, AssumeRolePolicyDocument: trust }),
    );
    const allow = { Effect: "Allow", Action: ORGANIZATION_ACTIONS, Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "list", PolicyDocument }));
    return Role?.Arn ?? assert.fail();
  }

  /** The record as the receiver leaves it. */
  async function connect(roleArn: string): Promise<void> {
    const now = new Date().toISOString();
    const organization: Connection = {
      ...{ externalId, kind: "organization", accountId: management, region: REGION, tenant: "4711" },
      ...{ grantedTo: "Example", status: "connected", revision: 2, roleArn, callAs: "SELF" },
      organizationId: await organizationId(),
      stackId: `arn:aws:cloudformation:${REGION}:${management}:stack/none/1`,
      ...{ createdAt: now, expiresAt: now, connectedAt: now, acceptedAt: now, nextListingAt: now },
    };
    const connections = new ConnectionRepository(test.cloud.vendor.dynamoDB(REGION), test.program.tableName);
    await connections.create(organization);
  }

  async function organizationId(): Promise<string> {
    const { DescribeOrganizationCommand } = await import("@aws-sdk/client-organizations");
    const client = test.cloud.accounts.of(management).organizations("us-east-1");
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    return Organization?.Id ?? assert.fail();
  }

  /** What the rules do each minute. */
  async function run(name: "organizations" | "health"): Promise<void> {
    const command = new InvokeCommand({ FunctionName: `onboarding-dev-${name}`, Payload: Buffer.from("{}") });
    const { FunctionError, Payload } = await test.cloud.vendor.lambda(REGION).send(command);
    assert.equal(FunctionError, undefined, Buffer.from(Payload ?? []).toString());
  }

  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await operator.run("--json", "organizations", ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const due = () => test.set(externalId, { nextListingAt: "2026-01-01T00:00:00.000Z" });

  it("sees an account connected as soon as its role is there, and why others are not", async () => {
    const [one = ""] = members;
    await makeRole(one, `connection-${digits}`, `${externalId}.${one}`);
    await run("organizations");
    await run("health");
    const listed = await json("members", externalId);
    assert.equal(listed.length, 16);
    assert.deepEqual(
      listed
        .filter(({ status }: Connection) => status === "connected")
        .map(({ accountId }: Connection) => accountId),
      [one],
    );
    await due();
    await run("organizations");
    const { stdout } = await operator.run("organizations", "show", management);
    assert.match(stdout, /^1 of 15 accounts are connected; 14 awaited, 0 unreachable, 0 unsafe\./m);
    const [found] = await json("list");
    assert.equal(found.externalId, externalId);
    const list = await operator.run("--json", "list");
    assert.deepEqual(
      JSON.parse(list.stdout).connections.map(({ kind }: Connection) => kind),
      ["organization"],
    );
    assert.equal(
      JSON.parse((await operator.run("--json", "list", "--members")).stdout).connections.length,
      17,
    );
  });

  it("gets credentials of an account as of any other", async () => {
    const [one = ""] = members;
    const { code, stdout } = await operator.run("credentials", one);
    assert.equal(code, 0);
    assert.match(stdout, /AWS_SESSION_TOKEN/);
  });

  it("has the accounts listed again, once a minute", async () => {
    const { code, stderr } = await operator.run("organizations", "look", externalId);
    assert.deepEqual(
      [code, stderr.trim()],
      [1, `The accounts of ${externalId} were listed less than a minute ago. Try again in a minute.`],
    );
    await test.set(externalId, { listedAt: "2026-01-01T00:00:00.000Z" });
    const { nextListingAt } = await json("look", externalId);
    assert.ok(new Date(nextListingAt) <= new Date());
  });

  it("confirms the end of many accounts at once", async () => {
    const nothing = await operator.run("organizations", "confirm", externalId);
    assert.deepEqual(
      [nothing.code, nothing.stderr.trim()],
      [1, `No end of an account of ${externalId} waits for you.`],
    );
    for (const account of members.slice(0, 12)) await customer.remove(account);
    await due();
    await run("organizations");
    for (const account of members.slice(0, 12)) {
      await test.set(`${externalId}.${account}`, { missingSince: "2026-01-01T00:00:00.000Z" });
    }
    await test.set(externalId, { listedAt: "2026-01-01T00:00:00.000Z" });
    await due();
    await run("organizations");
    const { stdout } = await operator.run("organizations", "show", externalId);
    assert.match(stdout, /^12 ends held/m);
    assert.equal((await json("members", externalId, "--status", "disconnected")).length, 0);
    assert.equal((await json("confirm", externalId)).confirmedEnds, 12);
    await run("organizations");
    const ended = await json("members", externalId, "--status", "disconnected");
    assert.equal(ended.length, 12);
    const why = await operator.run("why", members[0] ?? "");
    assert.match(
      why.stdout,
      /The organization ended the connection .* The account is no longer in the organization/,
    );
  });

  it("ends the organization and with it its accounts", async () => {
    const { stdout } = await operator.run("end", externalId, "--reason", "Over.");
    assert.match(stdout, /Its accounts end within a minute/);
    await run("organizations");
    assert.equal((await json("members", externalId, "--status", "disconnected")).length, 16);
  });
});
