/** What the API says of a role that a customer makes: the same as the template's. */
import assert from "node:assert/strict";
import {
  renderTemplate,
  type TemplateValues,
  trustPolicyOf,
} from "../../../../components/template/render-template.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { describeRole } from "../../../../functions/url-generator/role-description.js";
import { EXTERNAL_ID, pending } from "../../fixtures.js";

/** A placeholder, or a variable of IAM's. */
const of = (name: string) => `\${${name}}`;

const values: TemplateValues = {
  accountId: "111122223333",
  confirmation: "none",
  customerRolePath: "/onboarding/prod/",
  grants: {
    actions: ["ec2:Describe*"],
    managedPolicies: ["SecurityAudit"],
    statements: [
      {
        actions: ["s3:GetObject"],
        resources: [
          `arn:${of("AWS::Partition")}:s3:::logs-${of("AWS::AccountId")}-${of("AWS::Region")}/${of("aws:username")}/*`,
        ],
        condition: { StringEquals: { "aws:RequestedRegion": [of("AWS::Region")] } },
      },
    ],
    tiers: [
      { name: "read", actions: [], managedPolicies: [], statements: [] },
      { name: "manage", actions: ["ec2:StopInstances"], managedPolicies: [], statements: [] },
    ],
  },
  homeRegion: "us-east-1",
  prefix: "onboarding-prod",
  regions: ["eu-west-1"],
  rolePath: "/",
  servedRegions: ["eu-west-1"],
  topicsByRegion: { "eu-west-1": 1 },
  trustedPrincipals: ["arn:aws:iam::111122223333:role/scanner"],
  tier: "manage",
};
const manifest = {
  grants: values.grants,
  trustPolicy: trustPolicyOf(values),
  customerRolePath: values.customerRolePath,
  trustedAccount: values.accountId,
};
const connection: Connection = {
  ...pending,
  method: "role",
  tier: "manage",
  grantedTo: "Example Corp, for 4711",
};

describe("A role that a customer makes", () => {
  it("is described as the template has it, with everything filled in", () => {
    assert.deepEqual(describeRole(connection, manifest), {
      path: "/onboarding/prod/",
      name: "example-corp-for-4711-0b1f5a0e",
      trustPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::111122223333:root" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "sts:ExternalId": EXTERNAL_ID },
              ArnLike: {
                "aws:PrincipalArn": [
                  "arn:aws:iam::111122223333:role/scanner",
                  "arn:aws:iam::111122223333:role/onboarding-prod-receiver-*",
                  "arn:aws:iam::111122223333:role/onboarding-prod-health-*",
                ],
              },
            },
          },
        ],
      },
      permissionsPolicy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["ec2:Describe*", "ec2:StopInstances"], Resource: "*" },
          {
            Effect: "Allow",
            Action: ["s3:GetObject"],
            Resource: [`arn:aws:s3:::logs-333344445555-eu-west-1/${of("aws:username")}/*`],
            Condition: { StringEquals: { "aws:RequestedRegion": ["eu-west-1"] } },
          },
        ],
      },
      managedPolicies: ["arn:aws:iam::aws:policy/SecurityAudit"],
    });
  });

  it("has the trust policy and the statements of the template itself", () => {
    const { Properties } = JSON.parse(renderTemplate(values).body).Resources.Role;
    const parameters: Record<string, string> = {
      TrustedAccount: values.accountId,
      ExternalId: EXTERNAL_ID,
      "AWS::Partition": "aws",
      "AWS::Region": "eu-west-1",
      "AWS::AccountId": connection.accountId,
    };
    /** As CloudFormation does it. */
    const resolved = (document: unknown) =>
      JSON.parse(JSON.stringify(document), (_, part) =>
        part?.Ref !== undefined
          ? parameters[part.Ref]
          : (part?.["Fn::Sub"]?.replace(
              /\$\{(!?)([^}]+)\}/g,
              (_variable: string, literal: string, name: string) =>
                literal === "" ? parameters[name] : of(name),
            ) ?? part),
      );
    const { trustPolicy, permissionsPolicy, managedPolicies } = describeRole(connection, manifest);
    assert.deepEqual(trustPolicy, resolved(Properties.AssumeRolePolicyDocument));
    assert.deepEqual(permissionsPolicy, resolved(Properties.Policies[0].PolicyDocument));
    assert.deepEqual(managedPolicies, resolved(Properties.ManagedPolicyArns));
  });

  it("has no policy of its own where managed policies are all of it, and the boundary that was asked for", () => {
    const grants = { actions: [], managedPolicies: ["ReadOnlyAccess"], statements: [], tiers: [] };
    const { permissionsPolicy, permissionsBoundary } = describeRole(
      { ...connection, permissionsBoundary: "limits/boundary" },
      { ...manifest, grants },
    );
    assert.equal(permissionsPolicy, undefined);
    assert.equal(permissionsBoundary, `arn:aws:iam::${connection.accountId}:policy/limits/boundary`);
    const arn = "arn:aws:iam::aws:policy/PowerUserAccess";
    assert.equal(
      describeRole({ ...connection, permissionsBoundary: arn }, manifest).permissionsBoundary,
      arn,
    );
  });

  it("gets a name that IAM takes, however long the vendor's is", () => {
    const { name } = describeRole(
      { ...connection, grantedTo: "Ω Very Long Company Name ".repeat(20) },
      manifest,
    );
    assert.match(name, /^[\w+=,.@-]{1,64}$/);
    assert.match(name, /-0b1f5a0e$/);
  });

  it("is in the partition of its region", () => {
    const china = {
      ...connection,
      region: "cn-north-1",
      externalId: EXTERNAL_ID.replace("eu-west-1", "cn-north-1"),
    };
    const { trustPolicy, managedPolicies } = describeRole(china, manifest);
    assert.match(JSON.stringify(trustPolicy), /"arn:aws-cn:iam::111122223333:root"/);
    assert.deepEqual(managedPolicies, ["arn:aws-cn:iam::aws:policy/SecurityAudit"]);
  });
});
