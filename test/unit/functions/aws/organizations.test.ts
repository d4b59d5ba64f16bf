import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  NoOrganizationError,
  ORGANIZATION_ACTIONS,
  OrganizationsDeniedError,
  openOrganizationIn,
} from "../../../../functions/aws/organizations.js";
import { Deadline } from "../../../../functions/runtime/deadline.js";

const ROLE = "arn:aws:iam::111122223333:role/onboarding/prod/organization-0a1b2c3d";
const EXTERNAL_ID = "eu-west-1:0a1b2c3d-0000-4000-8000-000000000000";

const SESSION = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
  <Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

interface Call {
  readonly action: string;
  readonly input: Readonly<Record<string, string>>;
  /** Who signed it, and for which region and service. */
  readonly scope: string;
}

/** What AWS says to an action, in the protocol of its service. */
type Answer = string | { readonly error: string; readonly status?: number };

describe("What a customer's organization says of itself", () => {
  const calls: Call[] = [];
  const answers = new Map<string, Answer>();
  let server: Server;

  before(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const target = String(request.headers["x-amz-target"] ?? "");
      const form = Object.fromEntries(new URLSearchParams(body));
      const action = target.split(".")[1] ?? form.Action ?? "";
      const scope = /Credential=([^,]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "";
      calls.push({ action, input: target ? JSON.parse(body) : form, scope });
      const answer = answers.get(action) ?? { error: `Unexpected${action}` };
      if (typeof answer === "string") return response.end(answer);
      const { error, status = 400 } = answer;
      response.statusCode = status;
      response.end(
        target
          ? JSON.stringify({ __type: error, Message: "said AWS" })
          : `<ErrorResponse><Error><Type>Sender</Type><Code>${error}</Code><Message>said AWS</Message></Error></ErrorResponse>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.AWS_ACCESS_KEY_ID = "AKIAEXAMPLE";
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
  });

  after(() => {
    for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
      delete process.env[name];
    }
    server.close();
  });

  beforeEach(() => {
    calls.length = 0;
    answers.clear();
    answers.set("AssumeRole", SESSION);
  });

  const open = () => openOrganizationIn("eu-west-1")(ROLE, EXTERNAL_ID, Deadline.in(30_000));

  it("is read with the role's session, which may do that and nothing else", async () => {
    answers.set("DescribeOrganization", described("ALL"));
    assert.deepEqual(await (await open()).describe(), {
      organizationId: "o-a1b2c3d4e5",
      managementAccountId: "111122223333",
      hasAllFeatures: true,
    });
    const [assumed, asked] = calls;
    assert.equal(assumed?.input.RoleArn, ROLE);
    assert.equal(assumed?.input.ExternalId, EXTERNAL_ID);
    assert.match(assumed?.scope ?? "", /^AKIAEXAMPLE\/\d+\/eu-west-1\/sts\//);
    assert.deepEqual(JSON.parse(assumed?.input.Policy ?? ""), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: [...ORGANIZATION_ACTIONS], Resource: "*" }],
    });
    assert.match(asked?.scope ?? "", /^ASIAEXAMPLE\/\d+\/us-east-1\/organizations\//);
  });

  it("can be that it has consolidated billing only", async () => {
    answers.set("DescribeOrganization", described("CONSOLIDATED_BILLING"));
    assert.equal((await (await open()).describe()).hasAllFeatures, false);
  });

  it("can be that there is none, or that this account may not ask", async () => {
    const organization = await open();
    answers.set("DescribeOrganization", { error: "AWSOrganizationsNotInUseException" });
    await assert.rejects(organization.describe(), NoOrganizationError);
    answers.set("ListRoots", { error: "AccessDeniedException" });
    await assert.rejects(organization.rootId(), OrganizationsDeniedError);
    for (const error of ["AccessDenied", "ValidationError"]) {
      answers.set("DescribeOrganizationsAccess", { error });
      await assert.rejects(organization.stackSetsAccess("DELEGATED_ADMIN"), OrganizationsDeniedError);
    }
  });

  it("can fail, which says nothing of it", async () => {
    answers.set("ListRoots", { error: "ServiceException", status: 500 });
    await assert.rejects((await open()).rootId(), { name: "ServiceException" });
    answers.set("DescribeOrganizationsAccess", { error: "InternalFailure", status: 500 });
    await assert.rejects((await open()).stackSetsAccess("SELF"), { name: "InternalFailure" });
  });

  it("is the state of trusted access, asked in the StackSet's region", async () => {
    answers.set(
      "DescribeOrganizationsAccess",
      xml("DescribeOrganizationsAccess", "<Status>DISABLED</Status>"),
    );
    assert.equal(await (await open()).stackSetsAccess("DELEGATED_ADMIN"), "DISABLED");
    const call = calls.at(-1);
    assert.equal(call?.input.CallAs, "DELEGATED_ADMIN");
    assert.match(call?.scope ?? "", /^ASIAEXAMPLE\/\d+\/eu-west-1\/cloudformation\//);
  });

  it("is a page of accounts without their e-mail addresses, by State or by the Status that came before it", async () => {
    const one = { Id: "222233334444", Name: "Data", Email: "x@example.com" };
    answers.set(
      "ListAccounts",
      JSON.stringify({
        Accounts: [
          { ...one, State: "PENDING_CLOSURE", Status: "ACTIVE" },
          { ...one, Id: "333344445555", Status: "SUSPENDED" },
        ],
        NextToken: "more",
      }),
    );
    assert.deepEqual(await (await open()).page("token"), {
      accounts: [
        { accountId: "222233334444", name: "Data", state: "PENDING_CLOSURE" },
        { accountId: "333344445555", name: "Data", state: "SUSPENDED" },
      ],
      next: "more",
    });
    assert.deepEqual(calls.at(-1)?.input, { NextToken: "token", MaxResults: 20 });
    answers.set("ListAccounts", JSON.stringify({ Accounts: [], NextToken: "more" }));
    assert.deepEqual(await (await open()).page(), { accounts: [], next: "more" });
    answers.set("ListAccounts", JSON.stringify({ Accounts: [] }));
    assert.deepEqual(await (await open()).page(), { accounts: [] });
  });

  it("is an error where AWS leaves out what the rules depend on", async () => {
    answers.set("ListAccounts", JSON.stringify({ Accounts: [{ Id: "222233334444" }] }));
    await assert.rejects((await open()).page(), /lacks an account's state/);
  });

  it("is what became of a StackSet in each account", async () => {
    answers.set(
      "ListStackInstances",
      xml(
        "ListStackInstances",
        `<Summaries><member><Account>222233334444</Account><Status>CURRENT</Status>
          <StackInstanceStatus><DetailedStatus>SUCCEEDED</DetailedStatus></StackInstanceStatus></member>
          <member><Account>333344445555</Account><Status>OUTDATED</Status><StatusReason>said AWS</StatusReason>
          <StackInstanceStatus><DetailedStatus>FAILED</DetailedStatus></StackInstanceStatus></member></Summaries>`,
      ),
    );
    assert.deepEqual(await (await open()).stackInstances("Vendor-0a1b2c3d", "SELF"), {
      instances: [
        { accountId: "222233334444", status: "SUCCEEDED" },
        { accountId: "333344445555", status: "FAILED", reason: "said AWS" },
      ],
    });
    answers.set("ListStackInstances", { error: "StackSetNotFoundException", status: 404 });
    assert.deepEqual(await (await open()).stackInstances("Vendor-0a1b2c3d", "SELF"), { instances: [] });
  });

  it("is not asked for in China, which has no StackSets for organizations", async () => {
    const china = openOrganizationIn("cn-north-1");
    await assert.rejects(china(ROLE, EXTERNAL_ID, Deadline.in(1000)), /has no StackSets for organizations/);
    assert.equal(calls.length, 0);
  });
});

function described(FeatureSet: string): string {
  return JSON.stringify({
    Organization: { Id: "o-a1b2c3d4e5", MasterAccountId: "111122223333", FeatureSet },
  });
}

function xml(action: string, result: string): string {
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
}
