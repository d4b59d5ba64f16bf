import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { componentArguments } from "../../../../../components/config/source.js";
import { type Refusal, refusal, refuse, values } from "../refusals.js";

const topic = (region: string) => `arn:aws:sns:${region}:111122223333:alarms`;

const refused: Refusal[] = [
  ["tags as a list", { tags: ["a"] }, /^onboarding:tags must be a map from key to value, not \["a"\]\.$/],
  ["a tag of AWS", { tags: { "aws:x": "1" } }, /^onboarding:tags has the key "aws:x": use 1 to 128 letters/],
  [
    "the program's own tag",
    { tags: { "onboarding:stack": "x" } },
    /^onboarding:tags has the key "onboarding:stack": use .* not beginning with aws: or onboarding:\.$/,
  ],
  [
    "a tag without a text",
    { tags: { cost: 7 } },
    /^onboarding:tags has 7 for "cost": use a text of at most 256/,
  ],
  [
    "ten tags",
    { tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, ""])) },
    /^onboarding:tags has 10 tags: use at most 9, because an object in S3 takes ten/,
  ],
  [
    "a boundary that is no ARN",
    { permissionsBoundary: "boundary" },
    /^onboarding:permissionsBoundary is "boundary": use the ARN of a managed policy, or leave it out for none\.$/,
  ],
  [
    "a path without its slash",
    { rolePath: "/vendor" },
    /^onboarding:rolePath is "\/vendor": begin and end it with a slash, such as \/vendor\/onboarding\//,
  ],
  [
    "a path that is too long",
    { rolePath: `/${"a".repeat(511)}/` },
    /^onboarding:rolePath is "\/a+\/": .*, within 512 characters\.$/,
  ],
  ["protect in other words", { protect: "yes" }, /^onboarding:protect is "yes": use true or false\.$/],
  [
    "an audit trail in other words",
    { auditTrail: "on" },
    /^onboarding:auditTrail is "on": use true or false\.$/,
  ],
  ["a flag as a number", { auditTrail: 1 }, /^onboarding:auditTrail is 1: use true or false\.$/],
  [
    "days that CloudWatch does not offer",
    { logRetentionDays: 100 },
    /^onboarding:logRetentionDays is 100: CloudWatch Logs keeps logs for 1, 3, .*3653 days\.$/,
  ],
  ["logs for ever", { logRetentionDays: 0 }, /^onboarding:logRetentionDays is 0: CloudWatch/],
  ["days in words", { logRetentionDays: "a month" }, /^onboarding:logRetentionDays is "a month": CloudWatch/],
  [
    "history for no time",
    { historyDays: 0 },
    /^onboarding:historyDays is 0: use a whole number from 1 to 3653 \(ten years\)\.$/,
  ],
  ["history for ever", { historyDays: 3654 }, /^onboarding:historyDays is 3654: use a whole number/],
  [
    "an alarm address that is none",
    { alarmEmail: "nobody" },
    /^onboarding:alarmEmail is "nobody": use an e-mail address, or leave it out for none\.$/,
  ],
  [
    "an alarm topic of another region",
    { alarmTopicArn: topic("eu-west-1") },
    /^onboarding:alarmTopicArn is "arn:.*": use the ARN of an SNS topic in the home region us-east-1, or leave it out\.$/,
  ],
  [
    "an alarm topic that is none",
    { alarmTopicArn: "alarms" },
    /^onboarding:alarmTopicArn is "alarms": use the ARN of an SNS topic in the home region us-east-1/,
  ],
  [
    "an alarm address and an alarm topic",
    { alarmEmail: "operators@example.com", alarmTopicArn: topic("us-east-1") },
    /^onboarding:alarmEmail and onboarding:alarmTopicArn are both set: use one of them/,
  ],
];

describe("Configuration values of the vendor's account", () => {
  refuse(refused);

  it("can be tags, a path, and a topic for alarms", () => {
    const wanted = {
      tags: { "cost center": "R+D" },
      rolePath: "/a/b/",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
      alarmTopicArn: topic("us-east-1"),
    };
    const { tags, rolePath, permissionsBoundary, alarmTopicArn } = checkValues(values(wanted));
    assert.deepEqual({ tags, rolePath, permissionsBoundary, alarmTopicArn }, wanted);
  });

  it("can be flags and numbers as the text that the command line stores", () => {
    const { protect, auditTrail, logRetentionDays, historyDays } = checkValues(
      values({ protect: "false", auditTrail: "true", logRetentionDays: "30", historyDays: "10" }),
    );
    assert.deepEqual([protect, auditTrail, logRetentionDays, historyDays], [false, true, 30, 10]);
  });

  it("names a topic of any region as long as the home region is not known", () => {
    const alarmTopicArn = topic("eu-west-1");
    assert.equal(checkValues(values({ homeRegion: undefined, alarmTopicArn })).alarmTopicArn, alarmTopicArn);
    assert.match(
      refusal({ homeRegion: undefined, alarmTopicArn: "alarms" }, componentArguments),
      /^alarmTopicArn is "alarms": use the ARN of an SNS topic in the home region, or leave it out\.$/,
    );
  });
});
