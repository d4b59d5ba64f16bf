/** Whole organizations by the API, with a stack and its StackSet on the embedded cloud. The lister has its own tests. */
import assert from "node:assert/strict";
import { type AttributeValue, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import * as v from "valibot";
import { TokenIssuer } from "../../../../emulator/aws/token-issuer.js";
import { CustomerOrganization } from "../../../../emulator/customer/customer-organization.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { keyOf, toItem } from "../../../../functions/domain/connection-item.js";
import { newMember } from "../../../../functions/domain/organization.js";
import * as sentences from "../../../../functions/domain/sentences.js";
import { readQuickCreateLink } from "../../../../functions/url-generator/link.js";
import {
  MemberList,
  OrganizationRepresentation,
} from "../../../../functions/url-generator/organization-schemas.js";
import { ApiClient, expire, traces } from "../../api-client.js";
import { TestCloud } from "../../test-cloud.js";

const AUDIENCE = "onboarding-test";
const REGION = "eu-west-1";

describe("the API of whole organizations, on the embedded cloud", function () {
  this.timeout(60_000);
  let issuer: TokenIssuer;
  let test: TestCloud;
  let alice: ApiClient;
  let mallory: ApiClient;

  before(async () => {
    issuer = await TokenIssuer.start();
    test = await TestCloud.start(
      {
        "onboarding:auth": "jwt",
        "onboarding:jwt": { issuer: issuer.url, audience: [AUDIENCE], tenantClaim: "org_id" },
        "onboarding:regions": ["us-east-1", REGION, "af-south-1"],
        "onboarding:pendingLinksPerAccount": 2,
        "onboarding:pendingLinksPerTenant": 40,
      },
      issuer.environment,
    );
    alice = tenant("alice");
    mallory = tenant("mallory");
  });

  after(async () => {
    await test?.cloud.stop();
    await issuer?.stop();
  });

  const tenant = (name: string) =>
    new ApiClient(test.program.onboardingUrl, {
      Authorization: `Bearer ${issuer.token({ aud: AUDIENCE, org_id: name })}`,
    });
  const create = async (api: ApiClient, accountId: string, changes = {}) =>
    api.post("/organizations", { accountId, region: REGION, ...changes });
  const show = async (api: ApiClient, externalId: string) =>
    v.parse(OrganizationRepresentation, (await api.get(`/organizations/${externalId}`)).body);

  /** An organization in which everything is ready. */
  const newOrganization = async (members: readonly string[] = []) => {
    const management = test.newAccount();
    const organization = await CustomerOrganization.create(test.cloud.accounts, management);
    await organization.trustStackSets();
    for (const member of members) await organization.join(member);
    return { management, organization };
  };

  const connect = async (api: ApiClient, members: readonly string[] = []) => {
    const { management, organization } = await newOrganization(members);
    const { externalId, link } = (await create(api, management)).body;
    const stack = await test.cloud.customer(management).createStack(link);
    const { status, reason, outputs } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    await test.untilStatus(externalId, "connected");
    return { management, organization, externalId, stack, outputs };
  };

  it("makes a link whose stack gives each account a role that only its own external ID opens", async () => {
    const members = [test.newAccount(), test.newAccount()];
    const { management, externalId, outputs } = await connect(alice, members);
    const digits = externalId.slice(externalId.indexOf(":") + 1).split("-", 1)[0];
    assert.equal(outputs.RoleArn, `arn:aws:iam::${management}:role/onboarding/dev/organization-${digits}`);
    const { status, kind, organizationId = "" } = await show(alice, externalId);
    assert.deepEqual([status, kind], ["connected", "organization"]);
    assert.match(organizationId, /^o-/);
    for (const accountId of members) {
      const { Role } = await test.cloud
        .customer(accountId)
        .clients.iam(REGION)
        .send(new GetRoleCommand({ RoleName: `connection-${digits}` }));
      const [statement] = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement;
      assert.equal(statement.Condition.StringEquals["sts:ExternalId"], `${externalId}.${accountId}`);
    }
  });

  it("leads to a stack that connects some units only, and the management account if it is asked to", async () => {
    const [inside, outside] = [test.newAccount(), test.newAccount()];
    const { management } = await newOrganization([inside, outside]);
    const client = test.cloud.accounts.of(management).organizations("us-east-1");
    const { Roots = [] } = await client.send(new ListRootsCommand({}));
    const ParentId = Roots[0]?.Id ?? "";
    const unit = await client.send(new CreateOrganizationalUnitCommand({ ParentId, Name: "Inside" }));
    const OrganizationalUnits = unit.OrganizationalUnit?.Id ?? "";
    await client.send(
      new MoveAccountCommand({
        AccountId: inside,
        SourceParentId: ParentId,
        DestinationParentId: OrganizationalUnits,
      }),
    );
    const { externalId, link } = (await create(alice, management)).body;
    const parameters = { OrganizationalUnits, IncludeThisAccount: "yes" };
    const stack = await test.cloud.customer(management).createStack(link, { parameters });
    const { status, reason } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    const RoleName = `connection-${externalId.slice(externalId.indexOf(":") + 1).split("-", 1)[0]}`;
    const has = (accountId: string) =>
      test.cloud.accounts
        .of(accountId)
        .iam(REGION)
        .send(new GetRoleCommand({ RoleName }))
        .then(
          () => true,
          () => false,
        );
    assert.deepEqual(await Promise.all([inside, outside, management].map(has)), [true, false, true]);
  });

  it("creates nothing for a request that it cannot take, and says why", async () => {
    const accountId = test.newAccount();
    const before = await traces(test);
    for (const [changes, status, detail] of [
      [
        { region: "af-south-1" },
        400,
        /^region "af-south-1" is not offered: choose one of us-east-1, eu-west-1\.$/,
      ],
      [{ accountId: "1" }, 400, /^accountId must be the 12 digits/],
      [
        { permissionsBoundary: `arn:aws:iam::${accountId}:policy/boundary` },
        400,
        /^permissionsBoundary must be the name of a managed policy that each account has/,
      ],
      [
        { organizationId: "o-a1b2c3d4e5" },
        400,
        /^organizationId is not a field of this request: GET \/openapi\.json says which there are\.$/,
      ],
      [{ tenant: "alice" }, 400, /^tenant cannot be set here/],
      [{ accountId: "111122223333" }, 400, /111122223333/],
    ] as const) {
      const { status: given, body } = await create(alice, accountId, changes);
      assert.deepEqual([given, detail.test(body.detail)], [status, true], `${given} ${body.detail}`);
    }
    assert.deepEqual(await traces(test), before);
  });

  it("asks for the boundary by name, and for named roles", async () => {
    const { status, body } = await create(alice, test.newAccount(), { permissionsBoundary: "boundary" });
    assert.equal(status, 201);
    const { stack } = v.parse(OrganizationRepresentation, body);
    assert.equal(stack?.parameters.PermissionsBoundaryName, "boundary");
    assert.deepEqual(stack?.capabilities, ["CAPABILITY_NAMED_IAM"]);
    assert.equal(readQuickCreateLink(body.link).parameters.PermissionsBoundaryName, "boundary");
  });

  it("makes one link for one Idempotency-Key, which is of an organization then and of no account", async () => {
    const body = { accountId: test.newAccount(), region: REGION };
    const key = { "Idempotency-Key": "one" };
    const first = await alice.post("/organizations", body, key);
    const again = await alice.post("/organizations", body, key);
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.equal(again.body.externalId, first.body.externalId);
    assert.equal((await alice.post("/connections", body, key)).status, 409);
  });

  it("counts the link of an organization like every other", async () => {
    const accountId = test.newAccount();
    const body = { accountId, region: REGION };
    assert.equal((await create(alice, accountId)).status, 201);
    assert.equal((await alice.post("/connections", body)).status, 201);
    assert.equal((await create(alice, accountId)).status, 429);
    assert.equal((await create(mallory, accountId)).status, 201);
  });

  it("shows another tenant nothing, and takes no account's connection for an organization", async () => {
    const { externalId } = (await create(alice, test.newAccount())).body;
    const account = await alice.post("/connections", { accountId: test.newAccount(), region: REGION });
    for (const [api, id] of [
      [mallory, externalId],
      [alice, account.body.externalId],
      [alice, "eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f"],
    ] as const) {
      for (const [method, path] of [
        ["GET", ""],
        ["HEAD", ""],
        ["DELETE", ""],
        ["GET", "/members"],
        ["POST", "/listing"],
      ] as const) {
        assert.equal(
          (await api.send(method, `/organizations/${id}${path}`)).status,
          404,
          `${method} ${path}`,
        );
      }
    }
    assert.equal((await show(alice, externalId)).status, "pending");
  });

  it("has accounts listed again, once a minute and only of an organization that is connected", async () => {
    const { externalId: unused } = (await create(alice, test.newAccount())).body;
    const early = await alice.post(`/organizations/${unused}/listing`, {});
    assert.deepEqual(
      [early.status, early.body.detail],
      [409, "There are no accounts to list: the organization is not connected."],
    );
    const { externalId } = await connect(alice);
    await change(externalId, "REMOVE listedAt SET nextListingAt = :later", {
      ":later": { S: "2999-01-01T00:00:00.000Z" },
    });
    const asked = Date.now();
    const { status, body } = await alice.post(`/organizations/${externalId}/listing`, {});
    assert.equal(status, 202);
    const { nextListingAt = "" } = v.parse(OrganizationRepresentation, body);
    assert.ok(new Date(nextListingAt).getTime() >= asked && new Date(nextListingAt).getTime() <= Date.now());
    await change(externalId, "SET listedAt = :now", { ":now": { S: new Date().toISOString() } });
    assert.equal((await alice.post(`/organizations/${externalId}/listing`, {})).status, 429);
  });

  it("lists members by account number, page by page, and leaves them out of the list of connections", async () => {
    const { externalId } = (await create(alice, test.newAccount())).body;
    const organization = (await test.connection(externalId)) as unknown as Connection;
    const accounts = Array.from({ length: 130 }, (_, index) => String(500_000_000_000 + index));
    const at = new Date("2026-01-01T00:00:00.000Z");
    await Promise.all(
      accounts.map((accountId, index) => {
        const account = { accountId, accountName: `Account ${index}`, customerRolePath: "/onboarding/dev/" };
        const member = { ...newMember(organization, account, at), nextProbeAt: undefined };
        const status = index % 2 === 0 ? ("connected" as const) : ("awaited" as const);
        return put({ ...member, status, ...(index === 1 && { reason: "It is said by StackSets." }) });
      }),
    );
    const first = await members(alice, externalId);
    assert.equal(first.members.length, 100);
    const second = await members(alice, externalId, `?pageToken=${first.nextPageToken}`);
    assert.deepEqual(
      [...first.members, ...second.members].map(({ accountId }) => accountId),
      accounts,
    );
    assert.equal(second.nextPageToken, undefined);
    const [, missing] = first.members;
    assert.deepEqual(
      [missing?.name, missing?.status, missing?.reason],
      ["Account 1", "awaited", "It is said by StackSets."],
    );
    const awaited = await members(alice, externalId, "?status=awaited");
    assert.equal(awaited.members.length, 65);
    for (const query of [
      "?status=pending",
      "?pageToken=x",
      "?pageToken=1&pageToken=2",
      "?region=eu-west-1",
    ]) {
      assert.equal((await alice.get(`/organizations/${externalId}/members${query}`)).status, 400, query);
    }
    assert.equal((await mallory.get(`/organizations/${externalId}/members`)).status, 404);

    const all: string[] = [];
    for (let pageToken = ""; ; ) {
      const { body } = await alice.get(`/connections${pageToken && `?pageToken=${pageToken}`}`);
      all.push(...body.connections.map((one: { externalId: string }) => one.externalId));
      if (!body.nextPageToken) break;
      pageToken = body.nextPageToken;
    }
    assert.ok(all.includes(externalId));
    assert.deepEqual(
      all.filter((id) => id.includes(".")),
      [],
    );

    const one = `/connections/${externalId}.${accounts[1]}`;
    const { status, body } = await alice.get(one);
    assert.deepEqual([status, body.kind, body.status], [200, "member", "awaited"]);
    assert.equal((await mallory.get(one)).status, 404);
    const cancelled = await alice.delete(one);
    assert.deepEqual([cancelled.status, cancelled.body.detail], [409, sentences.MEMBER_FOLLOWS]);
  });

  it("cancels a link, or ends the connection, whose stack can be deleted after that", async () => {
    const { externalId: unused } = (await create(alice, test.newAccount())).body;
    assert.equal((await alice.delete(`/organizations/${unused}`)).status, 204);
    assert.equal((await show(alice, unused)).status, "cancelled");
    const { externalId: expired } = (await create(alice, test.newAccount())).body;
    await expire(test, expired);
    assert.equal((await alice.delete(`/organizations/${expired}`)).status, 409);

    const { externalId, stack } = await connect(alice);
    for (const _ of [1, 2]) assert.equal((await alice.delete(`/organizations/${externalId}`)).status, 204);
    const { status, endedBy, nextListingAt } = await show(alice, externalId);
    assert.deepEqual([status, endedBy], ["disconnected", "tenant"]);
    assert.notEqual(nextListingAt, undefined);
    assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
  });

  const members = async (api: ApiClient, externalId: string, query = "") =>
    v.parse(MemberList, (await api.get(`/organizations/${externalId}/members${query}`)).body);

  const put = (connection: Connection) =>
    test.cloud.vendor
      .dynamoDB(REGION)
      .send(new PutItemCommand({ TableName: test.program.tableName, Item: toItem(connection) }));

  const change = (
    externalId: string,
    UpdateExpression: string,
    ExpressionAttributeValues: Record<string, AttributeValue>,
  ) =>
    test.cloud.vendor.dynamoDB(REGION).send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: keyOf(externalId),
        UpdateExpression,
        ExpressionAttributeValues,
      }),
    );
});
