import assert from "node:assert/strict";
import { regionsBeside, takesOrganizations } from "../../../../components/config/regions.js";
import { renderOrganizationTemplate } from "../../../../components/template/render-organization-template.js";
import { renderTemplate, type TemplateValues } from "../../../../components/template/render-template.js";
import { ORGANIZATION_ACTIONS } from "../../../../functions/aws/organizations.js";
import { accepts, brokenRules, CUSTOMER, evaluated, type Inputs, small } from "./cloudformation.js";

const EXTERNAL_ID = "us-east-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f";

function organization(change: Partial<TemplateValues> = {}): Inputs {
  return JSON.parse(renderOrganizationTemplate({ ...small, ...change }).body);
}

function members(template: Inputs): Inputs {
  return JSON.parse(template.Resources.Members.Properties.TemplateBody);
}

/** A value with the parameters of a link in it. */
function filledIn(value: unknown): unknown {
  const parameters: Record<string, string> = { ExternalId: EXTERNAL_ID, "AWS::AccountId": CUSTOMER };
  const text = JSON.stringify(value).replace(/\{"Ref":"(\w+)"\}/g, (ref, name: string) =>
    parameters[name] === undefined ? ref : JSON.stringify(parameters[name]),
  );
  return evaluated(JSON.parse(text), parameters);
}

describe("The template of an organization", () => {
  it("guards the way in as the one of an account does", () => {
    const account = JSON.parse(renderTemplate({ ...small, confirmation: "code" }).body);
    const { Parameters, Rules, Outputs } = organization({ confirmation: "code" });
    for (const name of ["TrustedAccount", "AccountId", "ExternalId", "SnsArn", "GrantedTo"]) {
      const { Type, AllowedValues, AllowedPattern } = account.Parameters[name];
      assert.equal(Parameters[name].Type, Type, name);
      assert.deepEqual(Parameters[name].AllowedValues, AllowedValues, name);
      assert.equal(Parameters[name].AllowedPattern, AllowedPattern, name);
      assert.equal(Parameters[name].Default, undefined, name);
    }
    assert.deepEqual(Rules, account.Rules);
    assert.deepEqual(Outputs.ConfirmationCode, account.Outputs.ConfirmationCode);
    assert.equal(organization().Outputs.ConfirmationCode, undefined);
  });

  it("cannot be created in a region that accounts have to opt in to", () => {
    const regions = ["us-east-1", "af-south-1"];
    const rendered = organization({ regions, servedRegions: regions });
    const topic = (region: string) => `arn:aws:sns:${region}:111122223333:onboarding-dev-1`;
    assert.deepEqual(brokenRules(rendered, "us-east-1", topic("us-east-1")), []);
    assert.deepEqual(brokenRules(rendered, "af-south-1", topic("af-south-1")), [
      "Accounts cannot be connected in this region, only in: us-east-1. Open your link again and do not change the region.",
    ]);
  });

  it("takes units of an organization, none for all of it, and the name of a boundary", () => {
    const { OrganizationalUnits, IncludeThisAccount, PermissionsBoundaryName } = organization().Parameters;
    assert.deepEqual(
      [OrganizationalUnits.Default, IncludeThisAccount.Default, PermissionsBoundaryName.Default],
      ["", "no", ""],
    );
    for (const [unit, accepted] of [
      ["", true],
      ["ou-ab12-cdefghij", true],
      ["r-ab12", true],
      ["ou-ab12-cdefghij,ou-ab12-klmnopqr", true],
      ["ou-ab12-cdefghij, ou-ab12-klmnopqr", false],
      ["ou-ab12-cdefghij,", false],
      ["Engineering", false],
      ["111122223333", false],
      ["ou-ab12", false],
    ] as const) {
      assert.equal(accepts(OrganizationalUnits, unit), accepted, unit);
    }
    for (const [name, accepted] of [
      ["", true],
      ["boundary", true],
      ["teams/boundary", true],
      [`arn:aws:iam::${CUSTOMER}:policy/boundary`, false],
      ["a b", false],
    ] as const) {
      assert.equal(accepts(PermissionsBoundaryName, name), accepted, name);
    }
    const { Conditions } = organization();
    assert.deepEqual(Conditions.WholeOrganization, {
      "Fn::Equals": [{ Ref: "OrganizationalUnits" }, ""],
    });
  });

  it("lets its own role do what the receiver and the lister ask, and them alone, whoever else is trusted", () => {
    for (const trustedPrincipals of [[], ["arn:aws:iam::111122223333:role/backend-*"]]) {
      const { Properties } = organization({ trustedPrincipals, rolePath: "/vendor/" }).Resources
        .OrganizationRole;
      const [statement, ...others] = Properties.AssumeRolePolicyDocument.Statement;
      assert.deepEqual(others, []);
      assert.deepEqual(statement.Condition, {
        StringEquals: { "sts:ExternalId": { Ref: "ExternalId" } },
        ArnLike: {
          "aws:PrincipalArn": ["receiver", "health", "organizations"].map(
            (name) => `arn:aws:iam::111122223333:role/vendor/onboarding-dev-${name}-*`,
          ),
        },
      });
      assert.equal(Properties.Path, "/onboarding/dev/");
      assert.equal(filledIn(Properties.RoleName), "organization-6f1c1d0e");
      assert.equal(Properties.ManagedPolicyArns, undefined);
      const [{ PolicyDocument }, ...policies] = Properties.Policies;
      assert.deepEqual(policies, []);
      assert.deepEqual(
        PolicyDocument.Statement.flatMap(({ Action }: Inputs) => Action).sort(),
        [...ORGANIZATION_ACTIONS].sort(),
      );
      const [, instances] = PolicyDocument.Statement;
      // A delegated administrator's StackSets are the management account's.
      assert.equal(
        instances.Resource["Fn::Sub"],
        `arn:$\{AWS::Partition}:cloudformation:$\{AWS::Region}:*:stackset/$\{AWS::StackName}:*`,
      );
    }
  });

  it("phones home with everything that the receiver compares", () => {
    const { Connection } = organization({ tier: "" }).Resources;
    assert.equal(Connection.Type, "Custom::OnboardingOrganization");
    assert.deepEqual(Object.keys(Connection.Properties).sort(), [
      "AccountID",
      "ExternalID",
      "GrantedTo",
      "RoleArn",
      "ServiceTimeout",
      "ServiceToken",
      "TemplateVersion",
    ]);
    assert.deepEqual(Connection.Properties.RoleArn, { "Fn::GetAtt": ["OrganizationRole", "Arn"] });
    const { Properties } = organization({ tier: "read" }).Resources.Connection;
    assert.equal(Properties.Tier, "read");
  });

  it("deploys to all of the organization, or to its units, as the receiver answers, and bears failures", () => {
    const { Properties } = organization().Resources.Members;
    assert.deepEqual(Properties.CallAs, { "Fn::GetAtt": ["Connection", "CallAs"] });
    const [group] = Properties.StackInstancesGroup;
    assert.deepEqual(group, {
      Regions: [{ Ref: "AWS::Region" }],
      DeploymentTargets: {
        OrganizationalUnitIds: {
          "Fn::If": [
            "WholeOrganization",
            [{ "Fn::GetAtt": ["Connection", "RootId"] }],
            { "Fn::Split": [",", { Ref: "OrganizationalUnits" }] },
          ],
        },
      },
    });
    assert.equal(Properties.PermissionModel, "SERVICE_MANAGED");
    assert.deepEqual(Properties.AutoDeployment, { Enabled: true, RetainStacksOnAccountRemoval: false });
    assert.equal(Properties.OperationPreferences.FailureTolerancePercentage, 100);
    assert.deepEqual(Properties.Capabilities, ["CAPABILITY_NAMED_IAM"]);
  });

  it("gives each account a role with the manifest's grants and an external ID of its own", () => {
    const backend = "arn:aws:iam::111122223333:role/backend-*";
    const grants = {
      actions: ["ec2:Describe*"],
      managedPolicies: ["SecurityAudit"],
      statements: [],
      tiers: [{ name: "more", actions: ["s3:List*"], managedPolicies: [], statements: [] }],
    };
    const change = { trustedPrincipals: [backend], grants, tier: "more" };
    const account = JSON.parse(renderTemplate({ ...small, ...change }).body).Resources.Role.Properties;
    const whole = organization(change);
    const { Role } = members(whole).Resources;
    assert.deepEqual(Role.Properties.Policies, account.Policies);
    assert.deepEqual(Role.Properties.ManagedPolicyArns, account.ManagedPolicyArns);
    assert.equal(Role.Properties.Path, account.Path);
    assert.equal(filledIn(Role.Properties.RoleName), "connection-6f1c1d0e");
    const [statement] = Role.Properties.AssumeRolePolicyDocument.Statement;
    const [own] = account.AssumeRolePolicyDocument.Statement;
    assert.deepEqual(statement.Condition.ArnLike, own.Condition.ArnLike);
    assert.ok(!JSON.stringify(statement).includes("organizations-"), "the lister is not trusted");
    assert.equal(filledIn(statement.Condition.StringEquals["sts:ExternalId"]), `${EXTERNAL_ID}.${CUSTOMER}`);
    // What the management account gets where it is asked for.
    const { Condition, ...here } = whole.Resources.ThisAccountRole;
    assert.equal(Condition, "ThisAccountToo");
    assert.deepEqual(here, Role);
  });

  it("hands every parameter of the members' template on, and holds no custom resource for members", () => {
    const whole = organization();
    const { Parameters, Resources } = members(whole);
    assert.deepEqual(Object.keys(Resources), ["Role"]);
    const given = whole.Resources.Members.Properties.Parameters;
    assert.deepEqual(
      given.map(({ ParameterKey }: Inputs) => ParameterKey).sort(),
      Object.keys(Parameters).sort(),
    );
    for (const { ParameterKey, ParameterValue } of given)
      assert.deepEqual(ParameterValue, { Ref: ParameterKey });
  });

  it("has another version when a member gets another role, and the same with more regions or topics", () => {
    const { version } = renderOrganizationTemplate(small);
    const grants = { ...small.grants, actions: ["ec2:Describe*", "s3:List*"] };
    assert.notEqual(renderOrganizationTemplate({ ...small, grants }).version, version);
    assert.notEqual(renderTemplate(small).version, version);
    const regions = ["us-east-1", "eu-west-1", "eu-central-1"];
    const more = renderOrganizationTemplate({ ...small, regions, servedRegions: regions });
    assert.equal(more.version, version);
    assert.equal(organization().Resources.Connection.Properties.TemplateVersion, version);
  });

  it("stays within CloudFormation's sizes with the longest policy, every region and the most topics", () => {
    const regions = regionsBeside("us-east-1").filter(takesOrganizations);
    const resource = (index: number) => `arn:$\{AWS::Partition}:s3:::b${String(index).padStart(3, "0")}`;
    const statements = [
      { actions: ["s3:Get*"], resources: Array.from({ length: 290 }, (_, i) => resource(i)) },
    ];
    const change = {
      confirmation: "code" as const,
      regions,
      servedRegions: regions,
      topicsByRegion: Object.fromEntries(regions.map((region) => [region, 300])),
      grants: {
        actions: [],
        managedPolicies: Array.from({ length: 10 }, () => "x".repeat(128)),
        statements,
        tiers: [],
      },
      trustedPrincipals: Array.from({ length: 8 }, () => `arn:aws:iam::111122223333:role/${"x".repeat(64)}`),
    };
    const { body } = renderOrganizationTemplate({ ...small, ...change });
    assert.ok(Buffer.byteLength(body) < 1_048_576, `${body.length} bytes`);
    const { Properties } = JSON.parse(body).Resources.Members;
    // As text, without the program's own indentation.
    assert.ok(
      Buffer.byteLength(Properties.TemplateBody) < 0.9 * 51_200,
      `${Properties.TemplateBody.length} bytes`,
    );
    const [policy] = members(JSON.parse(body)).Resources.Role.Properties.Policies;
    const characters = JSON.stringify(policy.PolicyDocument).replaceAll('{"Fn::Sub":', "").length;
    assert.ok(characters > 9000, `${characters} characters: nearly as many as IAM takes`);
  });
});
