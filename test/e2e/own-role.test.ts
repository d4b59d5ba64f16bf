/** Customers who make the role themselves and name its ARN, on the embedded cloud. */
import assert from "node:assert/strict";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { probeNow } from "../../client/cli/probe-connection.js";
import { ConnectionsClient, NotConnectedError, RoleGoneError } from "../../client/index.js";
import type { Customer } from "../../emulator/customer/customer.js";
import { type MadeRole, makeRole } from "../../emulator/customer/own-role.js";
import * as sentences from "../../functions/domain/own-role-sentences.js";
import type { RoleDescription } from "../../functions/url-generator/role-description.js";
import { ApiClient, type ApiResponse } from "./api-client.js";
import { TestCloud } from "./test-cloud.js";

const HOME = "us-east-1";
const REGION = "eu-west-1";
const PATH = "/onboarding/dev/";

interface Wanted {
  readonly externalId: string;
  readonly role: RoleDescription;
  readonly customer: Customer;
}

describe("On the embedded cloud, a customer's own role", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start({
      "onboarding:grants": { actions: ["ec2:Describe*"], managedPolicies: ["SecurityAudit"] },
    });
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  const ask = async (accountId = test.newAccount()): Promise<Wanted> => {
    const { status, body } = await api.post("/connections", { accountId, region: REGION, method: "role" });
    assert.equal(status, 201, body.detail);
    return { externalId: body.externalId, role: body.role, customer: test.cloud.customer(accountId) };
  };
  const name = ({ externalId }: Wanted, role: Partial<MadeRole>): Promise<ApiResponse> =>
    api.send(
      "PUT",
      `/connections/${externalId}/role`,
      { "Content-Type": "application/json" },
      JSON.stringify(role),
    );
  const connect = async () => {
    const wanted = await ask();
    const made = await makeRole(wanted.customer, wanted.role);
    const { status, body } = await name(wanted, made);
    assert.equal(status, 200, body.detail);
    return { ...wanted, made };
  };
  const credentialsOf = ({ externalId }: Wanted) => {
    const clientOptions = {
      endpoint: test.cloud.endpoint,
      credentials: test.cloud.vendor.options(HOME).credentials,
    };
    const client = new ConnectionsClient({
      tableName: test.program.tableName,
      homeRegion: HOME,
      clientOptions,
    });
    return client.credentialsFor({ externalId });
  };
  const remove = async ({ customer, role }: Wanted) => {
    const iam = customer.clients.iam(HOME);
    const RoleName = role.name;
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "permissions" }));
    for (const PolicyArn of role.managedPolicies) {
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    await iam.send(new DeleteRoleCommand({ RoleName }));
  };
  const probe = async ({ externalId }: Wanted) => {
    const clientOptions = {
      endpoint: test.cloud.endpoint,
      credentials: test.cloud.vendor.options(HOME).credentials,
    };
    return probeNow({ prefix: "onboarding-dev", clientOptions }, REGION, externalId);
  };

  it("is connected by its ARN, used, and ended without anything of the customer's being asked", async () => {
    const wanted = await ask();
    const { externalId, role, customer } = wanted;
    const pending = await test.connection(externalId);
    assert.deepEqual([pending?.method, pending?.topicArn, pending?.status], ["role", undefined, "pending"]);
    const [TopicArn = ""] = test.program.topicArns[REGION] ?? [];
    const { Attributes } = await test.cloud.vendor
      .sns(REGION)
      .send(new GetTopicAttributesCommand({ TopicArn }));
    assert.ok(!Attributes?.Policy?.includes(customer.accountId), "its account may publish");

    const made = await makeRole(customer, role);
    const { status, body } = await name(wanted, made);
    assert.equal(status, 200, body.detail);
    assert.deepEqual(
      [body.status, body.method, body.roleArn, body.link, body.stack],
      ["connected", "role", made.roleArn, undefined, undefined],
    );
    assert.deepEqual(body.role, role);
    const connected = await test.connection(externalId);
    assert.equal(connected?.roleId, made.roleId);
    assert.equal(connected?.attempts, undefined);

    const credentials = credentialsOf(wanted);
    const ec2 = new EC2Client({ endpoint: test.cloud.endpoint, region: REGION, credentials });
    assert.deepEqual((await ec2.send(new DescribeInstancesCommand({}))).Reservations, []);

    assert.equal((await name(wanted, made)).status, 200);
    assert.equal((await api.delete(`/connections/${externalId}`)).status, 204);
    const ended = await api.get(`/connections/${externalId}`);
    assert.deepEqual(
      [ended.body.status, ended.body.endedBy, ended.body.role],
      ["disconnected", "tenant", undefined],
    );
    assert.equal((await api.delete(`/connections/${externalId}`)).status, 204);
    await assert.rejects(credentialsOf(wanted)(), NotConnectedError);
    const late = await name(wanted, made);
    assert.deepEqual([late.status, late.body.detail], [409, sentences.OWN_ROLE_ENDED]);
  });

  it("that is not safe, that trusts nobody, and that does not exist get one and the same answer", async () => {
    const open = await ask();
    const anybody = { ...JSON.parse(JSON.stringify(open.role.trustPolicy)) };
    delete anybody.Statement[0].Condition;
    const closed = await ask();
    const nobody = { ...JSON.parse(JSON.stringify(closed.role.trustPolicy)) };
    nobody.Statement[0].Effect = "Deny";
    const missing = await ask();
    const named = [
      [open, await makeRole(open.customer, open.role, { trustPolicy: anybody })],
      [closed, await makeRole(closed.customer, closed.role, { trustPolicy: nobody })],
      [missing, { roleArn: `arn:aws:iam::${missing.customer.accountId}:role${PATH}nothing` }],
    ] as const;
    const answersOf = async (wanted: Wanted, made: Partial<MadeRole>) => {
      const answers: unknown[] = [];
      for (let time = 0; time < 4; time++) {
        const { status, headers, body } = await name(wanted, { roleArn: made.roleArn ?? "" });
        const { externalId, accountId, createdAt, expiresAt, statusChangedAt, role, ...rest } = body;
        answers.push([status, headers.get("Retry-After"), rest]);
      }
      return answers;
    };
    const [first, ...others] = await Promise.all(named.map(([wanted, made]) => answersOf(wanted, made)));
    for (const other of others) assert.deepEqual(other, first);
    const statuses = (first as [number][]).map(([status]) => status);
    assert.deepEqual(statuses, [202, 202, 202, 422]);
    for (const { externalId } of [open, closed, missing]) {
      const { body } = await api.get(`/connections/${externalId}`);
      assert.deepEqual(
        [body.status, body.reason, body.roleArn],
        ["pending", sentences.OWN_ROLE_REFUSED, undefined],
      );
    }

    // The advice helps.
    const [, made] = named[0];
    await open.customer.clients.iam(HOME).send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: open.role.name,
        PolicyDocument: JSON.stringify(open.role.trustPolicy),
      }),
    );
    const mended = await name(open, made);
    assert.deepEqual([mended.status, mended.body.status, mended.body.reason], [200, "connected", undefined]);
  });

  it("that is replaced under its name is unreachable, until the new one is named", async () => {
    const wanted = await connect();
    await remove(wanted);
    const other = await makeRole(wanted.customer, wanted.role);
    assert.equal(other.roleArn, wanted.made.roleArn);
    const checked = await probe(wanted);
    assert.deepEqual(
      [checked.outcome, checked.status, checked.reason],
      ["replaced", "unreachable", sentences.anotherRole(other.roleArn)],
    );
    await assert.rejects(credentialsOf(wanted)(), RoleGoneError);
    const { status, body } = await name(wanted, other);
    assert.deepEqual([status, body.status, body.reason], [200, "connected", undefined]);
    assert.equal((await probe(wanted)).outcome, "safe");
    assert.equal((await test.connection(wanted.externalId))?.roleId, other.roleId);
  });

  it("stays connected until another one is verified", async () => {
    const wanted = await connect();
    const wrong = { roleArn: `arn:aws:iam::${wanted.customer.accountId}:role${PATH}nothing` };
    assert.equal((await name(wanted, wrong)).status, 202);
    assert.equal((await api.get(`/connections/${wanted.externalId}`)).body.roleArn, wanted.made.roleArn);
    const second = await makeRole(wanted.customer, wanted.role, { name: "another" });
    assert.equal((await name(wanted, second)).status, 200);
    const connected = await test.connection(wanted.externalId);
    assert.deepEqual([connected?.roleArn, connected?.roleId], [second.roleArn, second.roleId]);
  });
});

describe("On the embedded cloud, with confirmation: code, a customer's own role", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let api: ApiClient;

  before(async () => {
    test = await TestCloud.start({ "onboarding:confirmation": "code" });
    api = new ApiClient(test.program.onboardingUrl);
  });

  after(() => test?.cloud.stop());

  const JSON_BODY = { "Content-Type": "application/json" };

  it("that somebody was talked into making is connected by its ID alone, which only the account shows", async () => {
    const accountId = test.newAccount();
    const { body } = await api.post("/connections", { accountId, region: REGION, method: "role" });
    const path = `/connections/${body.externalId}`;
    const { roleArn, roleId } = await makeRole(test.cloud.customer(accountId), body.role);
    const name = (role: Partial<MadeRole>) =>
      api.send("PUT", `${path}/role`, JSON_BODY, JSON.stringify({ roleArn, ...role }));

    const missing = await name({});
    assert.deepEqual([missing.status, missing.body.detail], [400, sentences.ROLE_ID_MISSING]);
    for (const status of [202, 202, 202, 422, 422]) {
      const wrong = await name({ roleId: roleId.replace(/.$/, (last) => (last === "A" ? "B" : "A")) });
      assert.equal(wrong.status, status);
      assert.equal(wrong.body.detail, status === 422 ? sentences.OWN_ROLE_REFUSED : undefined);
    }
    const late = await name({ roleId });
    assert.deepEqual([late.status, late.body.detail], [409, sentences.tooManyRoleIds(5)]);
    assert.equal((await api.get(path)).body.status, "pending");
  });

  it("is confirmed by its ID, and shows no code", async () => {
    const accountId = test.newAccount();
    const { body } = await api.post("/connections", { accountId, region: REGION, method: "role" });
    const made = await makeRole(test.cloud.customer(accountId), body.role);
    const path = `/connections/${body.externalId}/role`;
    const { status, body: connected } = await api.send("PUT", path, JSON_BODY, JSON.stringify(made));
    assert.deepEqual([status, connected.status, connected.confirmation], [200, "connected", "done"]);
    const record = await test.connection(body.externalId);
    assert.equal(record?.confirmationCode, undefined);
  });
});
