import assert from "node:assert/strict";
import { describeGrants, grantsInWords } from "../../../../../functions/url-generator/page/grants.js";
import { LANGUAGES } from "../../../../../functions/url-generator/page/languages/index.js";
import { SERVICE_NAMES } from "../../../../../functions/url-generator/page/service-names.js";

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
            "EC2: instances, volumes, images and networks",
            "SecurityAudit: security settings of nearly every service; AWS maintains this policy",
            "ViewOnlyAccess: names and status of resources in nearly every service; AWS maintains this policy",
          ],
        ],
        ["read", ["S3: the contents of objects"]],
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
        ["read", "the contents of objects, only in arn:aws:s3:::billing/*, under a condition"],
        ["change", "upload objects, only in arn:aws:s3:::billing/*, under a condition"],
      ],
    );
  });

  it("stays readable where there is much of it", () => {
    const actions = ["Run", "Stop", "Start", "Reboot", "Terminate", "Monitor", "Import"].map(
      (verb) => `ec2:${verb}Instances`,
    );
    const [group] = describeGrants({ actions, managedPolicies: [], statements: [] });
    assert.match(group?.items[0]?.detail ?? "", /^launch instances, .*, monitor instances and 1 more$/);
  });

  it("says of a pattern what it covers", () => {
    const detailOf = (action: string) =>
      describeGrants({ actions: [action], managedPolicies: [], statements: [] })[0]?.items[0]?.detail;
    assert.equal(detailOf("ec2:*"), "all actions");
    assert.equal(detailOf("s3:Put*"), "all actions that begin with Put");
    assert.equal(detailOf("ec2:*Instances"), "all actions like *Instances");
  });

  it("says in other languages which service is changed, and calls actions by their names", () => {
    const granted = {
      actions: ["ec2:StopInstances", "ec2:Delete*", "ec2:Describe*", "newservice:Frobnicate"],
      managedPolicies: [],
      statements: [],
    };
    assert.deepEqual(grantsInWords(granted, LANGUAGES.de.grants), [
      "EC2: Instances, Volumes, Images und Netzwerke",
      "EC2: Instances, Volumes, Images und Netzwerke (StopInstances, alle Aktionen, die mit Delete beginnen)",
      "newservice: Ressourcen (Frobnicate)",
    ]);
  });

  it("has names and words for at least the 60 services that vendors ask for most, and the same in each", () => {
    const services = Object.keys(SERVICE_NAMES);
    assert.ok(services.length >= 60);
    assert.deepEqual(Object.keys(LANGUAGES.en.grants.services), services);
    const lost = Object.keys(LANGUAGES.en.grants.contents).filter((service) => !services.includes(service));
    assert.deepEqual(lost, []);
  });
});
