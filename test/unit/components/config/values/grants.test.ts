import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { type Refusal, refuse, values } from "../refusals.js";

const grants = (value: unknown) => ({ grants: value });
const actions = (...names: string[]) => grants({ actions: names });
const statements = (...all: unknown[]) => grants({ statements: all });
const tiers = (...all: unknown[]) => grants({ tiers: all });

const refused: Refusal[] = [
  [
    "grants as a text",
    grants("ec2:*"),
    /^onboarding:grants must have actions, managedPolicies, statements or tiers, not "ec2:\*"\.$/,
  ],
  [
    "unknown grants",
    grants({ action: [] }),
    /^onboarding:grants has "action": there are only actions, managedPolicies, statements and tiers\.$/,
  ],
  [
    "empty grants",
    grants({}),
    /^onboarding:grants grants nothing: name at least one action, statement or managed policy\.$/,
  ],
  [
    "actions as a text",
    grants({ actions: "ec2:Describe*" }),
    /^onboarding:grants\.actions must be a list of names, not "ec2:Describe\*"\.$/,
  ],
  [
    "the action *",
    actions("*"),
    /^onboarding:grants\.actions has "\*": that allows every action there is; name a service and an action, such as ec2:Describe\*\.$/,
  ],
  [
    "the action *:*",
    actions("*:*"),
    /^onboarding:grants\.actions has "\*:\*": that allows every action there is/,
  ],
  [
    "all of IAM",
    actions("ec2:Describe*", "iam:*"),
    /^onboarding:grants\.actions has "iam:\*": that allows every action of iam; name what you need, such as iam:List\*\.$/,
  ],
  [
    "all of a service, spelled otherwise",
    actions("s3:**"),
    /^onboarding:grants\.actions has "s3:\*\*": that allows every action of s3/,
  ],
  [
    "all of a service with question marks",
    actions("s3:?*"),
    /^onboarding:grants\.actions has "s3:\?\*": that allows every action of s3/,
  ],
  [
    "actions of many services",
    actions("i*:Get*"),
    /^onboarding:grants\.actions has "i\*:Get\*": that matches more than one service; name a single one, such as ec2:Describe\*\.$/,
  ],
  [
    "changes to IAM",
    actions("iam:Put*"),
    /^onboarding:grants\.actions has "iam:Put\*": a role with that could grant itself any permission; use iam:Get\*, iam:List\* or single actions\.$/,
  ],
  [
    "changes to IAM in capitals",
    actions("IAM:*Policy"),
    /^onboarding:grants\.actions has "IAM:\*Policy": a role with that could grant itself any permission/,
  ],
  [
    "every way to assume a role",
    actions("sts:Assume*"),
    /^onboarding:grants\.actions has "sts:Assume\*": a role with that could grant itself any permission/,
  ],
  [
    "a word instead of an action",
    actions("describe"),
    /^onboarding:grants\.actions has "describe": name a service and an action, such as ec2:Describe\*\.$/,
  ],
  [
    "too many actions",
    actions(...Array.from({ length: 500 }, (_, index) => `ec2:DescribeSomething${index}`)),
    /^onboarding:grants makes a policy of 13473 characters: IAM takes 10240\. Shorten it/,
  ],
  [
    "the administrator's policy",
    grants({ managedPolicies: ["AdministratorAccess"] }),
    /^onboarding:grants\.managedPolicies has "AdministratorAccess": a role with that owns the account; use a narrower policy, such as SecurityAudit\.$/,
  ],
  [
    "the administrator's policy by ARN",
    grants({ managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    /^onboarding:grants\.managedPolicies has "arn:.*": a role with that owns the account/,
  ],
  [
    "a policy's ARN",
    grants({ managedPolicies: ["arn:aws:iam::aws:policy/SecurityAudit"] }),
    /^onboarding:grants\.managedPolicies has "arn:.*": use the name of an AWS managed policy instead of an ARN, such as SecurityAudit/,
  ],
  [
    "eleven policies",
    grants({ managedPolicies: Array.from({ length: 11 }, (_, index) => `Policy${index}`) }),
    /^onboarding:grants has 11 managed policies: a role can have 10 at most\.$/,
  ],
  [
    "all of a service in a statement that does not say so",
    statements({ actions: ["s3:*"], resources: ["arn:aws:s3:::billing"] }),
    /^onboarding:grants\.statements has "s3:\*": that allows every action of s3; name what you need, such as s3:List\*, or use a statement with wholeServices: true\.$/,
  ],
  [
    "all of IAM, whatever the statement says",
    statements({ actions: ["iam:*"], resources: ["arn:aws:iam::*:role/x"], wholeServices: true }),
    /^onboarding:grants\.statements has "iam:\*": that allows every action of iam/,
  ],
  [
    "a statement for all resources",
    statements({ actions: ["s3:GetObject"], resources: ["*"] }),
    /^onboarding:grants\.statements\.resources has "\*": use an ARN or a pattern, such as arn:\$\{AWS::Partition\}:s3:::billing-\*\/\*\. For all resources, use grants\.actions\.$/,
  ],
  [
    "a statement without resources",
    statements({ actions: ["s3:GetObject"] }),
    /^onboarding:grants\.statements\.resources is missing\.$/,
  ],
  [
    "a statement that denies",
    statements({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/*"], effect: "Deny" }),
    /^onboarding:grants\.statements has "effect": there are only actions, resources, condition and wholeServices\.$/,
  ],
  [
    "a condition with an operator that is none",
    statements({
      actions: ["s3:GetObject"],
      resources: ["arn:aws:s3:::a/*"],
      condition: { "string equals": {} },
    }),
    /^onboarding:grants\.statements\.condition has the operator "string equals": use one of IAM's, such as StringEquals\.$/,
  ],
  [
    "a condition with a key that is none",
    statements({
      actions: ["s3:GetObject"],
      resources: ["arn:aws:s3:::a/*"],
      condition: { StringEquals: { team: ["data"] } },
    }),
    /^onboarding:grants\.statements\.condition has the key "team" under StringEquals: use one of IAM's/,
  ],
  [
    "two tiers of one name",
    tiers({ name: "read", actions: ["ec2:Describe*"] }, { name: "read", actions: ["s3:List*"] }),
    /^onboarding:grants\.tiers has "read" twice: each tier needs a name of its own\.$/,
  ],
  [
    "a tier without a name",
    tiers({ actions: ["ec2:Describe*"] }),
    /^onboarding:grants\.tiers\.name is missing\.$/,
  ],
  [
    "a tier's name in capitals",
    tiers({ name: "Read only", actions: ["ec2:Describe*"] }),
    /^onboarding:grants\.tiers has the name "Read only": use 1 to 32 lower-case letters, digits and hyphens, beginning with a letter\.$/,
  ],
  [
    "a tier that grants nothing",
    tiers({ name: "read" }),
    /^onboarding:grants grants nothing with the tier "read": name at least one action, statement or managed policy\.$/,
  ],
  [
    "a tier with the action *",
    tiers({ name: "all", actions: ["*"] }),
    /^onboarding:grants\.tiers\.actions has "\*": that allows every action there is/,
  ],
  [
    "six tiers",
    tiers(...[1, 2, 3, 4, 5, 6].map((number) => ({ name: `t${number}`, actions: ["ec2:Describe*"] }))),
    /^onboarding:grants\.tiers has 6 tiers: 5 at most\.$/,
  ],
  [
    "trusted principals as a text",
    { trustedPrincipals: "arn:aws:iam::111122223333:role/backend" },
    /^onboarding:trustedPrincipals must be a list of ARN patterns, not "arn:aws:iam::111122223333:role\/backend"\.$/,
  ],
  [
    "a trusted principal that is none",
    { trustedPrincipals: ["arn:aws:sts::111122223333:assumed-role/backend/x"] },
    /^onboarding:trustedPrincipals has "arn:aws:sts::.*": use the ARN of a role or user in your account, or a pattern such as arn:aws:iam::111122223333:role\/backend-\*\.$/,
  ],
];

describe("Configuration values of grants", () => {
  refuse(refused);

  it("can be what a vendor may well want", () => {
    const wanted = {
      actions: ["ec2:Describe*", "iam:Get*", "iam:List*", "iam:PassRole", "s3:ListAllMyBuckets"],
      managedPolicies: ["SecurityAudit", "job-function/ViewOnlyAccess"],
      statements: [
        {
          actions: ["s3:GetObject"],
          resources: [`arn:$\{AWS::Partition}:s3:::billing-$\{AWS::AccountId}/*`],
        },
        {
          actions: ["ec2:StopInstances"],
          resources: ["arn:aws:ec2:*:*:instance/*"],
          condition: { StringEquals: { "aws:ResourceTag/team": ["data"] } },
        },
      ],
      tiers: [
        { name: "read", actions: [], managedPolicies: [], statements: [] },
        { name: "manage", actions: ["ec2:StartInstances"], managedPolicies: [], statements: [] },
      ],
    };
    assert.deepEqual(checkValues(values(grants(wanted))).grants, wanted);
  });

  it("can be actions or policies alone", () => {
    assert.deepEqual(checkValues(values(grants({ managedPolicies: ["SecurityAudit"] }))).grants, {
      actions: [],
      managedPolicies: ["SecurityAudit"],
      statements: [],
      tiers: [],
    });
  });

  it("can be all of a service where a statement says so, and a condition's value without a list", () => {
    const statement = { actions: ["s3:*"], resources: ["arn:aws:s3:::a"], wholeServices: true };
    const condition = { Bool: { "aws:SecureTransport": "true" } };
    const { grants: checked } = checkValues(values(statements({ ...statement, condition })));
    assert.deepEqual(checked.statements, [
      {
        actions: ["s3:*"],
        resources: ["arn:aws:s3:::a"],
        condition: { Bool: { "aws:SecureTransport": ["true"] } },
      },
    ]);
  });
});
