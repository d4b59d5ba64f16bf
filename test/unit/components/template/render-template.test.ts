import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { regionsBeside } from "../../../../components/config/regions.js";
import { renderTemplate, type TemplateValues } from "../../../../components/template/render-template.js";
import { accepts, brokenRules, CUSTOMER, evaluated, type Inputs, small } from "./cloudformation.js";

function template(change: Partial<TemplateValues> = {}): Inputs {
  return JSON.parse(renderTemplate({ ...small, ...change }).body);
}

/** The beginning of an ARN whose partition CloudFormation fills in. */
const partitionArn = `arn:$\{AWS::Partition}`;

describe("The template", () => {
  it("lets no link name another account than the vendor's", () => {
    const { Parameters } = template();
    assert.deepEqual(Parameters.TrustedAccount.AllowedValues, ["111122223333"]);
    assert.ok(accepts(Parameters.TrustedAccount, "111122223333"));
    assert.ok(!accepts(Parameters.TrustedAccount, "444455556666"));
  });

  it("takes no topic but the vendor's own", () => {
    const { SnsArn } = template().Parameters;
    for (const [arn, accepted] of [
      ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-1", true],
      ["arn:aws:sns:eu-west-1:111122223333:onboarding-dev-12", true],
      ["arn:aws:sns:us-east-1:444455556666:onboarding-dev-1", false],
      ["arn:aws-cn:sns:cn-north-1:111122223333:onboarding-dev-1", false],
      ["arn:aws:sns:us-east-1:111122223333:onboarding-prod-1", false],
      ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-0", false],
      ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-1-x", false],
      ["arn:aws:sns:us-east-1:444455556666:x:111122223333:onboarding-dev-1", false],
      ["arn:aws:lambda:us-east-1:111122223333:onboarding-dev-1", false],
      ["", false],
    ] as const) {
      assert.equal(accepts(SnsArn, arn), accepted, arn);
    }
  });

  it("takes no external ID of another form, and no name with control characters", () => {
    const { ExternalId, GrantedTo } = template().Parameters;
    for (const [id, accepted] of [
      ["us-east-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f", true],
      ["us-gov-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f", true],
      ["us-east-1:6f1c1d0e-4a53-1c1a-9d3c-0a4b1c2d3e4f", false],
      ["us-east-1:6F1C1D0E-4A53-4C1A-9D3C-0A4B1C2D3E4F", false],
      ["us-east-1", false],
      ["*", false],
    ] as const) {
      assert.equal(accepts(ExternalId, id), accepted, id);
    }
    for (const [name, accepted] of [
      ["Example Corp (tenant-1)", true],
      ["Müller & Söhne GmbH", true],
      ["", false],
      ["a\nb", false],
      ["x".repeat(257), false],
    ] as const) {
      assert.equal(accepts(GrantedTo, name), accepted, name);
    }
  });

  it("fails in another region than the link's, before anything is made, with a sentence", () => {
    const rendered = template();
    const topic = (region: string) => `arn:aws:sns:${region}:111122223333:onboarding-dev-1`;
    assert.deepEqual(brokenRules(rendered, "us-east-1", topic("us-east-1")), []);
    assert.deepEqual(brokenRules(rendered, "eu-west-1", topic("eu-west-1")), []);
    assert.deepEqual(brokenRules(rendered, "eu-west-1", topic("us-east-1")), [
      "This link was made for another region, not for eu-west-1. Open it again and do not change the region, or request a link for eu-west-1.",
    ]);
    assert.deepEqual(brokenRules(rendered, "sa-east-1", topic("us-east-1")), [
      "Accounts cannot be connected in this region, only in: us-east-1, eu-west-1. Open your link again and do not change the region.",
    ]);
    for (const name of Object.keys(rendered.Rules)) {
      assert.match(name, /^[A-Za-z0-9]+$/);
    }
  });

  it("fails in another account than the link's, before anything is made, with a sentence", () => {
    const rendered = template();
    const topic = "arn:aws:sns:us-east-1:111122223333:onboarding-dev-1";
    assert.deepEqual(brokenRules(rendered, "us-east-1", topic, "555566667777"), [
      "This link was made for another AWS account than the one you are signed in to. Sign in to that account and open the link again, or ask for a link for this account.",
    ]);
    const { AccountId } = rendered.Parameters;
    assert.ok(accepts(AccountId, CUSTOMER));
    for (const text of ["", "4444-5555-6666", "44445555666"]) assert.ok(!accepts(AccountId, text), text);
  });

  it("gives the role the permissions boundary that it is told, by name or ARN, and none otherwise", () => {
    const { Parameters, Conditions, Resources } = template();
    const { PermissionsBoundary } = Resources.Role.Properties;
    assert.deepEqual(Conditions[PermissionsBoundary["Fn::If"][0]], {
      "Fn::Not": [{ "Fn::Equals": [{ Ref: "PermissionsBoundary" }, ""] }],
    });
    const [, chosen, otherwise] = PermissionsBoundary["Fn::If"];
    assert.deepEqual(otherwise, { Ref: "AWS::NoValue" });
    for (const [partition, boundary, arn] of [
      ["aws", "boundary", `arn:aws:iam::${CUSTOMER}:policy/boundary`],
      ["aws-cn", "teams/boundary", `arn:aws-cn:iam::${CUSTOMER}:policy/teams/boundary`],
      ["aws", "arn", `arn:aws:iam::${CUSTOMER}:policy/arn`],
      ["aws", `arn:aws:iam::${CUSTOMER}:policy/a/b`, `arn:aws:iam::${CUSTOMER}:policy/a/b`],
      ["aws-cn", "arn:aws-cn:iam::aws:policy/PowerUserAccess", "arn:aws-cn:iam::aws:policy/PowerUserAccess"],
    ] as const) {
      assert.ok(accepts(Parameters.PermissionsBoundary, boundary), boundary);
      const values = {
        PermissionsBoundary: boundary,
        "AWS::Partition": partition,
        "AWS::AccountId": CUSTOMER,
      };
      assert.equal(evaluated(chosen, values), arn);
    }
    assert.ok(accepts(Parameters.PermissionsBoundary, ""));
    for (const text of ["a b", "arn:aws:iam::1:policy/x", `arn:aws:iam::${CUSTOMER}:role/x`, "x:y", "*"]) {
      assert.ok(!accepts(Parameters.PermissionsBoundary, text), text);
    }
  });

  it("trusts the vendor's account only together with the external ID, in whichever partition", () => {
    const { Role } = template().Resources;
    assert.deepEqual(Role.Properties.AssumeRolePolicyDocument.Statement, [
      {
        Effect: "Allow",
        Principal: { AWS: { "Fn::Sub": `${partitionArn}:iam::$\{TrustedAccount}:root` } },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": { Ref: "ExternalId" } } },
      },
    ]);
    assert.equal(Role.Properties.Path, "/onboarding/dev/");
    // With a name of its own the role would need CAPABILITY_NAMED_IAM.
    assert.equal(Role.Properties.RoleName, undefined);
  });

  it("trusts the named principals and what probes, in all regions, only, if there are any", () => {
    const backend = "arn:aws:iam::111122223333:role/backend-*";
    const { Role } = template({ trustedPrincipals: [backend], rolePath: "/vendor/" }).Resources;
    const [statement, ...others] = Role.Properties.AssumeRolePolicyDocument.Statement;
    assert.deepEqual(others, []);
    assert.deepEqual(statement.Principal, {
      AWS: { "Fn::Sub": `${partitionArn}:iam::$\{TrustedAccount}:root` },
    });
    assert.deepEqual(statement.Condition, {
      StringEquals: { "sts:ExternalId": { Ref: "ExternalId" } },
      ArnLike: {
        "aws:PrincipalArn": [
          backend,
          "arn:aws:iam::111122223333:role/vendor/onboarding-dev-receiver-*",
          "arn:aws:iam::111122223333:role/vendor/onboarding-dev-health-*",
        ],
      },
    });
  });

  it("grants EC2's descriptions unless configured otherwise", () => {
    const { Properties } = template().Resources.Role;
    const [{ PolicyDocument }] = Properties.Policies;
    assert.deepEqual(PolicyDocument.Statement, [
      { Effect: "Allow", Action: ["ec2:Describe*"], Resource: "*" },
    ]);
    assert.equal(Properties.ManagedPolicyArns, undefined);
  });

  it("grants the configured actions and managed policies", () => {
    const { Properties } = template({
      grants: { actions: ["s3:List*"], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
    }).Resources.Role;
    assert.deepEqual(Properties.Policies[0].PolicyDocument.Statement[0].Action, ["s3:List*"]);
    assert.deepEqual(Properties.ManagedPolicyArns, [
      { "Fn::Sub": `${partitionArn}:iam::aws:policy/SecurityAudit` },
    ]);
  });

  it("has no inline policy when only managed ones are configured", () => {
    const { Properties } = template({
      grants: { actions: [], managedPolicies: ["SecurityAudit"], statements: [], tiers: [] },
    }).Resources.Role;
    assert.equal(Properties.Policies, undefined);
    assert.equal(Properties.ManagedPolicyArns.length, 1);
  });

  it("grants a tier what every role gets and what is its own, and says which tier it is", () => {
    const none = { actions: [], managedPolicies: [], statements: [] };
    const grants = {
      actions: ["ec2:Describe*"],
      managedPolicies: [],
      statements: [],
      tiers: [
        { name: "read", ...none },
        { name: "manage", ...none, actions: ["ec2:StopInstances"], managedPolicies: ["SecurityAudit"] },
      ],
    };
    const [read, manage] = ["read", "manage"].map((tier) => renderTemplate({ ...small, grants, tier }));
    assert.notEqual(read?.version, manage?.version);
    const { Role, Connection } = JSON.parse(manage?.body ?? "").Resources;
    assert.deepEqual(Role.Properties.Policies[0].PolicyDocument.Statement[0].Action, [
      "ec2:Describe*",
      "ec2:StopInstances",
    ]);
    assert.equal(Role.Properties.ManagedPolicyArns.length, 1);
    assert.equal(Connection.Properties.Tier, "manage");
    const lower = JSON.parse(read?.body ?? "").Resources;
    assert.deepEqual(lower.Role.Properties.Policies[0].PolicyDocument.Statement[0].Action, ["ec2:Describe*"]);
    assert.equal(lower.Role.Properties.ManagedPolicyArns, undefined);
  });

  it("limits statements to their resources, filled in by CloudFormation where they say so, and leaves IAM's variables", () => {
    const { Properties } = template({
      grants: {
        actions: [],
        managedPolicies: [],
        statements: [
          {
            actions: ["s3:GetObject"],
            resources: [`${partitionArn}:s3:::billing/$\{aws:username}/*`, "arn:aws:s3:::other"],
            condition: { StringEquals: { "aws:ResourceAccount": [`$\{AWS::AccountId}`] } },
          },
        ],
        tiers: [],
      },
    }).Resources.Role;
    assert.deepEqual(Properties.Policies[0].PolicyDocument.Statement, [
      {
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: [{ "Fn::Sub": `${partitionArn}:s3:::billing/$\{!aws:username}/*` }, "arn:aws:s3:::other"],
        Condition: { StringEquals: { "aws:ResourceAccount": [{ "Fn::Sub": `$\{AWS::AccountId}` }] } },
      },
    ]);
  });

  it("phones home with everything that the receiver compares, once the role is there", () => {
    const { Connection, ...others } = template().Resources;
    assert.deepEqual(Object.keys(others), ["Role"]);
    assert.equal(Connection.Type, "Custom::OnboardingConnection");
    const { TemplateVersion, ...properties } = Connection.Properties;
    assert.match(TemplateVersion, /^[0-9a-f]{12}$/);
    assert.deepEqual(properties, {
      ServiceToken: { Ref: "SnsArn" },
      ServiceTimeout: 600,
      RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
      AccountID: { Ref: "AWS::AccountId" },
      ExternalID: { Ref: "ExternalId" },
      GrantedTo: { Ref: "GrantedTo" },
    });
  });

  it("says in plain words what each value is, and shows all of them", () => {
    const { Parameters, Metadata, Outputs } = template();
    const { ParameterGroups, ParameterLabels } = Metadata["AWS::CloudFormation::Interface"];
    const names = ["AccountId", "ExternalId", "GrantedTo", "PermissionsBoundary", "SnsArn", "TrustedAccount"];
    assert.deepEqual(Object.keys(Parameters).sort(), names);
    assert.deepEqual(Object.keys(ParameterLabels).sort(), names);
    assert.deepEqual(ParameterGroups.flatMap((group: Inputs) => group.Parameters).sort(), names);
    for (const [name, parameter] of Object.entries<Inputs>(Parameters)) {
      const isChoice = name === "PermissionsBoundary";
      assert.match(parameter.Description, /\.$/);
      assert.equal(/^must be left as the link filled it in/.test(parameter.ConstraintDescription), !isChoice);
      assert.equal(parameter.NoEcho, undefined);
      assert.equal(parameter.Default, isChoice ? "" : undefined);
    }
    assert.deepEqual(Object.keys(Outputs), ["RoleArn", "GrantedTo", "ExternalId"]);
  });

  it("has a key made of its content", () => {
    const { key, body } = renderTemplate(small);
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 32);
    assert.equal(key, `templates/${hash}.json`);
  });

  it("has another version and another key when it grants something else, and the same when it does not", () => {
    const one = renderTemplate(small);
    const same = renderTemplate({ ...small });
    const other = renderTemplate({
      ...small,
      grants: { actions: ["s3:List*"], managedPolicies: [], statements: [], tiers: [] },
    });
    assert.equal(same.key, one.key);
    assert.equal(same.version, one.version);
    assert.notEqual(other.key, one.key);
    assert.notEqual(other.version, one.version);
    assert.equal(JSON.parse(one.body).Resources.Connection.Properties.TemplateVersion, one.version);
  });

  it("has the same version with another region or more topics, which change nothing of a customer's stack", () => {
    const one = renderTemplate(small);
    const regions = ["us-east-1", "eu-west-1", "ap-southeast-2"];
    const topicsByRegion = { "us-east-1": 3, "eu-west-1": 1, "ap-southeast-2": 1 };
    const more = renderTemplate({ ...small, regions, servedRegions: regions, topicsByRegion });
    assert.notEqual(more.key, one.key);
    assert.equal(more.version, one.version);
  });

  it("shows a confirmation code only where codes are asked for", () => {
    assert.equal(template().Outputs.ConfirmationCode, undefined);
    assert.deepEqual(template({ confirmation: "code" }).Outputs.ConfirmationCode.Value, {
      "Fn::GetAtt": ["Connection", "ConfirmationCode"],
    });
  });

  it("leads customers of 34 regions to their own topics, within CloudFormation's size for templates", () => {
    const regions = regionsBeside("us-east-1");
    const { body } = renderTemplate({ ...small, regions, servedRegions: regions });
    assert.equal(Object.keys(JSON.parse(body).Rules).length, 36);
    assert.ok(body.length < 51_200, `${body.length} bytes`);
  });

  it("names every topic of a region, retired or not, and of no other", () => {
    const rendered = template({
      servedRegions: ["us-east-1", "eu-west-1", "sa-east-1"],
      topicsByRegion: { "us-east-1": 1, "eu-west-1": 3, "sa-east-1": 1 },
    });
    const topic = (region: string, number: number) =>
      `arn:aws:sns:${region}:111122223333:onboarding-dev-${number}`;
    for (const [region, arn, accepted] of [
      ["eu-west-1", topic("eu-west-1", 3), true],
      ["eu-west-1", topic("eu-west-1", 4), false],
      ["us-east-1", topic("us-east-1", 2), false],
      // A stack of a retired region can move to this template.
      ["sa-east-1", topic("sa-east-1", 1), true],
    ] as const) {
      assert.equal(brokenRules(rendered, region, arn).length, accepted ? 0 : 1, arn);
    }
  });
});
