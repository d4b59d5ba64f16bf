import assert from "node:assert/strict";
import { checkValues } from "../../../../../components/config/check.js";
import { componentArguments } from "../../../../../components/config/source.js";
import { type Refusal, refusal, refuse, values } from "../refusals.js";

const topic = (region: string) => `arn:aws:sns:${region}:111122223333:alarms`;

const refused: Refusal[] = [
  [
    "an audit trail in other words",
    { auditTrail: "on" },
    /^onboarding:auditTrail is "on": use true or false\.$/,
  ],
  ["a flag as a number", { auditTrail: 1 }, /^onboarding:auditTrail is 1: use true or false\.$/],
  [
    "days that CloudWatch does not offer",
    { logRetentionDays: 100 },
    /^onboarding:logRetentionDays is 100: CloudWatch Logs can keep logs for 1, 3, .*3653 days\.$/,
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
    "a negative reservation",
    { receiverReservedConcurrency: -1 },
    /^onboarding:receiverReservedConcurrency is -1: use a whole number up to 10000, or 0 to reserve nothing\.$/,
  ],
  [
    "half a reservation",
    { receiverReservedConcurrency: "1.5" },
    /^onboarding:receiverReservedConcurrency is 1\.5: use a whole number/,
  ],
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

describe("Configuration values of logs, history and alarms", () => {
  refuse(refused);

  it("can send alarms to a topic of the home region", () => {
    const alarmTopicArn = topic("us-east-1");
    assert.equal(checkValues(values({ alarmTopicArn })).alarmTopicArn, alarmTopicArn);
  });

  it("reserve no concurrency unless told to", () => {
    assert.equal(checkValues(values({})).receiverReservedConcurrency, 0);
    assert.equal(checkValues(values({ receiverReservedConcurrency: "50" })).receiverReservedConcurrency, 50);
  });

  it("can be flags and numbers as the text that the command line stores", () => {
    const { auditTrail, logRetentionDays, historyDays } = checkValues(
      values({ auditTrail: "true", logRetentionDays: "30", historyDays: "10" }),
    );
    assert.deepEqual([auditTrail, logRetentionDays, historyDays], [true, 30, 10]);
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
