import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { type Refusal, refuse, values } from "../refusals.js";

const grants = (value: unknown) => ({ grants: value });
const actions = (...names: string[]) => grants({ actions: names });

const refused: Refusal[] = [
  [
    "grants as a text",
    grants("ec2:*"),
    /^onboarding:grants must have actions, managedPolicies or both, not "ec2:\*"\.$/,
  ],
  [
    "unknown grants",
    grants({ action: [] }),
    /^onboarding:grants has "action": there are only actions and managedPolicies\.$/,
  ],
  [
    "empty grants",
    grants({}),
    /^onboarding:grants grants nothing: name at least one action or managed policy\.$/,
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
    /^onboarding:grants\.actions has 500 actions, too many for IAM's 10240 characters: shorten them/,
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
    /^onboarding:grants\.managedPolicies has 11 policies: a role can have 10 at most\.$/,
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
    };
    assert.deepEqual(checkValues(values(grants(wanted))).grants, wanted);
  });

  it("can be actions or policies alone", () => {
    assert.deepEqual(checkValues(values(grants({ managedPolicies: ["SecurityAudit"] }))).grants, {
      actions: [],
      managedPolicies: ["SecurityAudit"],
    });
  });
});
