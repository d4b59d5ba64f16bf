/** Organizations and StackSets as AWS documents them, of which ministack has none: the tests of organizations rely on it. */
import assert from "node:assert/strict";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeOrganizationsAccessCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackInstancesCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  type Account,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { Accounts } from "../../../../emulator/aws/accounts.js";
import { Ministack } from "../../../../emulator/aws/ministack.js";
import { CustomerOrganization } from "../../../../emulator/customer/customer-organization.js";
import { poll } from "../../../../emulator/poll.js";

const VENDOR = "111122223333";
const REGION = "eu-west-1";

const memberTemplate = {
  Parameters: { ExternalId: { Type: "String" } },
  Resources: {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "member",
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${VENDOR}:root` },
              Action: "sts:AssumeRole",
              Condition: {
                StringEquals: { "sts:ExternalId": { "Fn::Sub": `\${ExternalId}.\${AWS::AccountId}` } },
              },
            },
          ],
        },
      },
    },
  },
};

const template = (rootId: string, callAs = "SELF") => ({
  Resources: {
    Members: {
      Type: "AWS::CloudFormation::StackSet",
      Properties: {
        StackSetName: { Ref: "AWS::StackName" },
        PermissionModel: "SERVICE_MANAGED",
        CallAs: callAs,
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        Capabilities: ["CAPABILITY_NAMED_IAM"],
        OperationPreferences: { FailureTolerancePercentage: 100, MaxConcurrentPercentage: 100 },
        Parameters: [{ ParameterKey: "ExternalId", ParameterValue: "example" }],
        StackInstancesGroup: [
          { Regions: [{ Ref: "AWS::Region" }], DeploymentTargets: { OrganizationalUnitIds: [rootId] } },
        ],
        TemplateBody: JSON.stringify(memberTemplate),
      },
    },
  },
});

describe("The embedded cloud's organizations", function () {
  this.timeout(60_000);
  let ministack: Ministack;
  let accounts: Accounts;
  let numbers = 444_400_000_000;

  before(async () => {
    ministack = await Ministack.start({ vendorAccount: VENDOR });
    accounts = new Accounts(ministack.endpoint, ministack.secretAccessKey);
  });

  after(() => ministack?.stop());

  const newAccount = () => String(++numbers);
  const organizationsOf = (accountId: string) => accounts.of(accountId).organizations("us-east-1");

  const create = async (members: number, isTrusted = true) => {
    const organization = await CustomerOrganization.create(accounts, newAccount());
    const joined: string[] = [];
    for (let index = 0; index < members; index++) {
      joined.push(newAccount());
      await organization.join(joined.at(-1) ?? "");
    }
    if (isTrusted) await organization.trustStackSets();
    const { Roots = [] } = await organizationsOf(organization.managementAccount).send(
      new ListRootsCommand({}),
    );
    return { organization, members: joined, rootId: Roots[0]?.Id ?? "" };
  };

  const list = async (accountId: string) => {
    const pages: Account[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await organizationsOf(accountId).send(new ListAccountsCommand({ NextToken }));
      pages.push(page.Accounts ?? []);
      NextToken = page.NextToken;
    } while (NextToken);
    return pages;
  };

  const stackOf = (accountId: string) => {
    const cloudFormation = accounts.of(accountId).cloudFormation(REGION);
    const StackName = "onboarding";
    const settled = () =>
      poll(
        async () => {
          const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
          const status: string = Stacks?.[0]?.StackStatus ?? "";
          return status.endsWith("_IN_PROGRESS") ? undefined : status;
        },
        { timeoutSeconds: 30, failure: () => "The stack does not settle." },
      );
    return {
      create: async (body: unknown) => {
        const TemplateBody = JSON.stringify(body);
        await cloudFormation.send(
          new CreateStackCommand({ StackName, TemplateBody, Capabilities: ["CAPABILITY_NAMED_IAM"] }),
        );
        return settled();
      },
      delete: async () => {
        await cloudFormation.send(new DeleteStackCommand({ StackName }));
        await settled().catch(() => undefined);
      },
      reasons: async () => {
        const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
        return StackEvents.map(({ ResourceStatusReason = "" }) => ResourceStatusReason).join("\n");
      },
      instances: async () => {
        const { Summaries = [] } = await cloudFormation.send(
          new ListStackInstancesCommand({ StackSetName: StackName }),
        );
        return Object.fromEntries(
          Summaries.map(({ Account = "", StackInstanceStatus, StatusReason }) => [
            Account,
            [StackInstanceStatus?.DetailedStatus, StatusReason ?? ""],
          ]),
        );
      },
    };
  };

  const assume = (accountId: string, ExternalId = `example.${accountId}`) =>
    accounts
      .of(VENDOR)
      .sts(REGION)
      .send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${accountId}:role/member`,
          RoleSessionName: "test",
          ExternalId,
        }),
      )
      .then(
        () => "allowed",
        ({ name }: Error) => name,
      );
  const hasRole = (accountId: string) =>
    accounts
      .of(accountId)
      .iam(REGION)
      .send(new GetRoleCommand({ RoleName: "member" }))
      .then(
        () => true,
        () => false,
      );

  it("lists at most 20 accounts a page, and an empty page before the last ones", async () => {
    const { organization, members } = await create(44);
    const pages = await list(organization.managementAccount);
    assert.deepEqual(
      pages.map(({ length }) => length),
      [20, 20, 0, 5],
    );
    const listed = pages.flat();
    assert.deepEqual(listed.map(({ Id }) => Id).sort(), [organization.managementAccount, ...members].sort());
    assert.deepEqual(new Set(listed.map(({ State }) => State)), new Set(["ACTIVE"]));
    assert.ok(
      listed.every(({ Email }) => Email?.endsWith("@example.com")),
      "a list has e-mail addresses, which nobody may keep",
    );
  });

  it("shows members whose organization it is, and nothing else", async () => {
    const { organization, members } = await create(1);
    const [member = ""] = members;
    const { Organization } = await organizationsOf(member).send(new DescribeOrganizationCommand({}));
    assert.deepEqual(
      [Organization?.MasterAccountId, Organization?.FeatureSet],
      [organization.managementAccount, "ALL"],
    );
    await assert.rejects(list(member), { name: "AccessDeniedException" });
    await assert.rejects(organizationsOf(member).send(new ListRootsCommand({})), {
      name: "AccessDeniedException",
    });
    await organization.delegate(member);
    assert.equal((await list(member)).flat().length, 2);
    await assert.rejects(organizationsOf(newAccount()).send(new DescribeOrganizationCommand({})), {
      name: "AWSOrganizationsNotInUseException",
    });
  });

  it("throttles as it is told to", async () => {
    const { organization } = await create(0);
    await organization.throttle(1);
    const once = new OrganizationsClient({
      ...accounts.of(organization.managementAccount).options("us-east-1"),
      maxAttempts: 1,
    });
    await assert.rejects(once.send(new ListAccountsCommand({})), { name: "TooManyRequestsException" });
    assert.equal((await once.send(new ListAccountsCommand({}))).Accounts?.length, 1);
  });

  it("deploys a stack set to the members, to those who join, and not to the management account", async () => {
    const { organization, members, rootId } = await create(3);
    const [forbidden = "", ...others] = members;
    const allow = await organization.forbidRoles(forbidden);
    const stack = stackOf(organization.managementAccount);
    assert.equal(await stack.create(template(rootId)), "CREATE_COMPLETE");
    const instances = await stack.instances();
    assert.deepEqual(Object.keys(instances).sort(), members);
    assert.equal(instances[forbidden]?.[0], "FAILED");
    assert.match(
      instances[forbidden]?.[1] ?? "",
      /not authorized to perform: iam:CreateRole with an explicit deny/,
    );
    for (const account of others) {
      assert.deepEqual(instances[account], ["SUCCEEDED", ""]);
      assert.equal(await assume(account), "allowed");
      assert.equal(await assume(account, `example.${forbidden}`), "AccessDenied");
    }
    assert.equal(await hasRole(organization.managementAccount), false);
    await allow();

    const late = newAccount();
    await organization.join(late);
    const deployed = () => hasRole(late).then((found) => found || undefined);
    await poll(deployed, { timeoutSeconds: 20, failure: () => "Nothing is deployed to who joined." });

    const [leaving = "", closing = ""] = others;
    await organization.remove(leaving);
    const removed = () => hasRole(leaving).then((found) => !found || undefined);
    await poll(removed, { timeoutSeconds: 20, failure: () => "The stack of who left is still there." });
    await organization.close(closing);
    assert.equal(await assume(closing), "AccessDenied");

    await stack.delete();
    for (const account of [closing, late]) assert.equal(await hasRole(account), false, account);
  });

  it("refuses a stack set without trusted access, or from who does not administer them", async () => {
    const { organization, members, rootId } = await create(2, false);
    const [member = ""] = members;
    const management = stackOf(organization.managementAccount);
    assert.equal(await management.create(template(rootId)), "ROLLBACK_COMPLETE");
    assert.match(await management.reasons(), /You must enable organizations access/);
    await organization.trustStackSets();
    assert.equal(await stackOf(member).create(template(rootId, "DELEGATED_ADMIN")), "ROLLBACK_COMPLETE");
    await organization.delegate(member);
    assert.equal(await stackOf(member).create(template(rootId, "DELEGATED_ADMIN")), "CREATE_COMPLETE");
  });

  it("lets a role read what its policy names, and no more", async () => {
    const { organization, rootId } = await create(1);
    const management = accounts.of(organization.managementAccount);
    assert.equal(await stackOf(organization.managementAccount).create(template(rootId)), "CREATE_COMPLETE");
    const trust = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${VENDOR}:root` },
      Action: "sts:AssumeRole",
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const RoleName = "reader";
    await management.iam(REGION).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const stackSets = `arn:aws:cloudformation:${REGION}:${organization.managementAccount}:stackset`;
    const Statement = [
      {
        Effect: "Allow",
        Action: ["organizations:ListAccounts", "cloudformation:DescribeOrganizationsAccess"],
        Resource: "*",
      },
      { Effect: "Allow", Action: "cloudformation:ListStackInstances", Resource: `${stackSets}/onboarding:*` },
    ];
    await management.iam(REGION).send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "reads",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    const RoleArn = `arn:aws:iam::${organization.managementAccount}:role/reader`;
    const { Credentials } = await accounts
      .of(VENDOR)
      .sts(REGION)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const reader = new OrganizationsClient({
      region: "us-east-1",
      endpoint: ministack.endpoint,
      credentials,
    });
    assert.equal((await reader.send(new ListAccountsCommand({}))).Accounts?.length, 2);
    await assert.rejects(
      reader.send(new ListRootsCommand({})),
      /not authorized to perform: organizations:ListRoots/,
    );
    const cloudFormation = new CloudFormationClient({
      region: REGION,
      endpoint: ministack.endpoint,
      credentials,
    });
    const access = await cloudFormation.send(new DescribeOrganizationsAccessCommand({}));
    assert.equal(access.Status, "ENABLED");
    const instances = (name: string) =>
      cloudFormation.send(new ListStackInstancesCommand({ StackSetName: name }));
    assert.equal((await instances("onboarding")).Summaries?.length, 1);
    await assert.rejects(
      instances("another"),
      /not authorized to perform: cloudformation:ListStackInstances/,
    );
  });
});
