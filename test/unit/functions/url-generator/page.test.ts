/** The parts of the page that need no browser. */
import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import * as fc from "fast-check";
import {
  formatAccountId,
  readAccountId,
} from "../../../../functions/url-generator/page/browser/account-id.js";
import { nearestRegion } from "../../../../functions/url-generator/page/browser/nearest-region.js";
import { describeGrants } from "../../../../functions/url-generator/page/grants.js";

describe("An account ID", () => {
  for (const text of ["222233334444", "2222-3333-4444", " 2222 3333 4444 ", "2222\u20113333\u20134444"]) {
    it(`is read as people write it: "${text}"`, () => {
      assert.deepEqual(readAccountId(text), { state: "complete", accountId: "222233334444" });
    });
  }

  it("is shown as it is read, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{12}$/), (accountId) => {
        assert.deepEqual(readAccountId(formatAccountId(accountId)), { state: "complete", accountId });
      }),
    );
  });

  it("that is only begun is not called wrong", () => {
    assert.deepEqual(readAccountId(""), { state: "begun", missing: 12 });
    assert.deepEqual(readAccountId("2222-3"), { state: "begun", missing: 7 });
  });

  for (const [text, sentence] of [
    ["2222333344445", /One digit too many/],
    ["22223333444455", /2 digits too many/],
    ["my-company", /“m” cannot be part of it/],
    ["me@example.com", /e-mail address/],
    ["arn:aws:iam::222233334444:root", /ARN/],
  ] as const) {
    it(`that is "${text}" is explained`, () => {
      const read = readAccountId(text);
      assert.equal(read.state, "wrong");
      assert.match(read.state === "wrong" ? read.sentence : "", sentence);
    });
  }
});

describe("The nearest region", () => {
  const standard = RegionInfo.regions.filter(({ partition }) => partition === "aws").map(({ name }) => name);

  for (const [timeZone, all, few] of [
    ["Europe/Berlin", "eu-central-1", "eu-west-1"],
    ["Europe/Dublin", "eu-west-1", "eu-west-1"],
    ["America/New_York", "us-east-1", "us-east-1"],
    ["America/Indiana/Knox", "us-east-2", "us-east-1"],
    ["America/Argentina/Salta", "sa-east-1", "us-east-1"],
    ["Asia/Tokyo", "ap-northeast-1", "ap-southeast-2"],
    ["Australia/Perth", "ap-southeast-2", "ap-southeast-2"],
    ["Africa/Nairobi", "af-south-1", "eu-west-1"],
    ["Pacific/Auckland", "ap-southeast-6", "ap-southeast-2"],
  ] as const) {
    it(`to ${timeZone} is ${all}, and ${few} where there are few`, () => {
      assert.equal(nearestRegion(timeZone, standard), all);
      assert.equal(nearestRegion(timeZone, ["us-east-1", "eu-west-1", "ap-southeast-2"]), few);
    });
  }

  it("is nobody's guess where the time zone tells no place, or nothing is offered", () => {
    assert.equal(nearestRegion("UTC", standard), undefined);
    assert.equal(nearestRegion("Etc/GMT+5", standard), undefined);
    assert.equal(nearestRegion("Europe/Berlin", []), undefined);
  });

  it("can be each region that there is", () => {
    for (const { name } of RegionInfo.regions.filter(({ partition }) =>
      /^aws(-cn|-us-gov)?$/.test(partition ?? ""),
    )) {
      assert.equal(nearestRegion("Europe/Berlin", [name]), name);
    }
  });

  it("is found for every time zone that a browser can name", () => {
    const areas = Intl.supportedValuesOf("timeZone").filter((zone) =>
      /^(Africa|America|Asia|Australia|Europe)\//.test(zone),
    );
    assert.ok(areas.length > 300);
    assert.deepEqual(
      areas.filter((zone) => nearestRegion(zone, standard) === undefined),
      [],
    );
  });
});

describe("What is granted", () => {
  const reachOf = (action: string) =>
    describeGrants({ actions: [action], managedPolicies: [] }).map(({ reach }) => reach);

  for (const [reach, actions] of [
    [
      "see",
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
      it(`${action} is called ${reach}`, () => assert.deepEqual(reachOf(action), [reach]));
    }
  }

  it("is said service by service, the farthest reaching last", () => {
    const granted = {
      actions: [
        "ec2:StopInstances",
        "ec2:Describe*",
        "s3:GetObject",
        "ec2:StartInstances",
        "EC2:DescribeTags",
      ],
      managedPolicies: ["SecurityAudit", "job-function/ViewOnlyAccess", "AmazonS3FullAccess"],
    };
    assert.deepEqual(
      describeGrants(granted).map(({ reach, items }) => [
        reach,
        items.map(({ title, detail }) => `${title}: ${detail}`),
      ]),
      [
        [
          "see",
          [
            "EC2: servers, disks and networks",
            "SecurityAudit: settings of nearly every service, as far as they matter for security. AWS maintains the list",
            "ViewOnlyAccess: names and states of resources in nearly every service. AWS maintains the list",
          ],
        ],
        ["read", ["S3: the contents of your files"]],
        [
          "change",
          [
            "EC2: stop instances, start instances",
            "AmazonS3FullAccess: everything that AWS lists in this policy",
          ],
        ],
      ],
    );
  });

  it("stays readable where there is much of it", () => {
    const actions = ["Run", "Stop", "Start", "Reboot", "Terminate", "Monitor", "Import"].map(
      (verb) => `ec2:${verb}Instances`,
    );
    const [group] = describeGrants({ actions, managedPolicies: [] });
    assert.match(group?.items[0]?.detail ?? "", /^run instances, .*, monitor instances and 1 more$/);
  });
});
