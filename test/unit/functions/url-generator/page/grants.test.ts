import assert from "node:assert/strict";
import { describeGrants } from "../../../../../functions/url-generator/page/grants.js";

describe("What is granted", () => {
  const levelOf = (action: string) =>
    describeGrants({ actions: [action], managedPolicies: [], statements: [] }).map(({ level }) => level);

  for (const [level, actions] of [
    [
      "view",
      ["ec2:DescribeInstances", "s3:ListAllMyBuckets", "s3:GetBucketLocation", "iam:List*", "s3:GetBucket*"],
    ],
    [
      "read",
      [
        "s3:GetObject",
        "s3:Get*",
        "s3:getobject",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
        "dynamodb:Query",
        "ssm:GetParameter?",
        "ec2:Get*",
      ],
    ],
    [
      "change",
      [
        "ec2:StartInstances",
        "s3:PutObject",
        "ec2:D*",
        "ec2:*Instances",
        "s3:G*",
        "sts:AssumeRole",
        "newservice:Frobnicate",
        "iam:PassRole",
      ],
    ],
  ] as const) {
    for (const action of actions) {
      it(`${action} is called ${level}`, () => assert.deepEqual(levelOf(action), [level]));
    }
  }

  it("is said service by service, the highest access level last", () => {
    const granted = {
      actions: [
        "ec2:StopInstances",
        "ec2:Describe*",
        "s3:GetObject",
        "ec2:StartInstances",
        "EC2:DescribeTags",
      ],
      managedPolicies: ["SecurityAudit", "job-function/ViewOnlyAccess", "AmazonS3FullAccess"],
      statements: [],
    };
    assert.deepEqual(
      describeGrants(granted).map(({ level, items }) => [
        level,
        items.map(({ title, detail }) => `${title}: ${detail}`),
      ]),
      [
        [
          "view",
          [
            "EC2: servers, disks and networks",
            "SecurityAudit: security settings of nearly every service; AWS maintains this policy",
            "ViewOnlyAccess: names and status of resources in nearly every service; AWS maintains this policy",
          ],
        ],
        ["read", ["S3: the contents of your files"]],
        [
          "change",
          [
            "EC2: stop instances, start instances",
            "AmazonS3FullAccess: everything that this AWS managed policy allows",
          ],
        ],
      ],
    );
  });

  it("says what a statement is limited to", () => {
    const limited = {
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: ["arn:aws:s3:::billing/*"],
      condition: { StringEquals: { "aws:ResourceAccount": ["111122223333"] } },
    };
    const groups = describeGrants({ actions: [], managedPolicies: [], statements: [limited] });
    assert.deepEqual(
      groups.map(({ level, items }) => [level, items[0]?.detail]),
      [
        ["read", "the contents of your files, only in arn:aws:s3:::billing/*, under a condition"],
        ["change", "put object, only in arn:aws:s3:::billing/*, under a condition"],
      ],
    );
  });

  it("stays readable where there is much of it", () => {
    const actions = ["Run", "Stop", "Start", "Reboot", "Terminate", "Monitor", "Import"].map(
      (verb) => `ec2:${verb}Instances`,
    );
    const [group] = describeGrants({ actions, managedPolicies: [], statements: [] });
    assert.match(group?.items[0]?.detail ?? "", /^run instances, .*, monitor instances and 1 more$/);
  });
});
