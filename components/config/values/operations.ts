/** What operators decide: how long logs and history are kept, where alarms go, and how much of the account's quotas may be used. */
import * as v from "valibot";
import { flag, number, optional, shown, textOrNone, wholeNumber } from "../schema-parts.js";

/** As PutRetentionPolicy of CloudWatch Logs lists them. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Ten years; whatever must be kept longer belongs in an archive. */
const MAX_HISTORY_DAYS = 3653;

/** Far more than any region's receiver needs: a connection takes one for a minute at most. */
const MAX_RESERVED_CONCURRENCY = 10_000;

export const operationsValues = {
  logRetentionDays: optional(v.pipe(number(badRetention), v.values(RETENTION_DAYS, badRetention)), {
    title: "How long logs are kept",
    description: "How long CloudWatch Logs keeps the logs of the functions and the API.",
    unit: "days",
    default: 90,
    example: 365,
  }),
  historyDays: optional(
    wholeNumber(1, MAX_HISTORY_DAYS, `use a whole number from 1 to ${MAX_HISTORY_DAYS} (ten years)`),
    {
      title: "How long a connection's history is kept",
      description: "How long each event in the history of a connection is kept.",
      unit: "days",
      default: 400,
      example: 730,
    },
  ),
  endUnreachableAfterDays: optional(
    wholeNumber(
      0,
      MAX_HISTORY_DAYS,
      `use a whole number of days up to ${MAX_HISTORY_DAYS}, or 0 to end no connection by itself`,
    ),
    {
      title: "When an unreachable connection ends",
      description:
        "For how many days a role has to be out of reach until its connection is ended, as that of an account that was " +
        "closed: 90 days after an account is closed AWS removes it for good. An event warns 14 days before. 0 ends none.",
      unit: "days",
      default: 120,
      example: 0,
    },
  ),
  receiverReservedConcurrency: optional(
    wholeNumber(
      0,
      MAX_RESERVED_CONCURRENCY,
      `use a whole number up to ${MAX_RESERVED_CONCURRENCY}, or 0 to reserve nothing`,
    ),
    {
      title: "Concurrency reserved for receivers",
      description:
        "How many requests the receiver of each region may handle at a time. So many executions of your account's quota " +
        "are kept for it, and it can use no more, so that a flood of messages takes nothing from your other functions. A " +
        "connection needs one for up to a minute. 0 reserves nothing: Lambda keeps 100 executions of a region's quota " +
        "unreserved, so that accounts that still have a new account's quota of 10 can reserve none, and `pulumi up` would " +
        "fail there.",
      unit: "executions in each region",
      default: 0,
      example: 50,
    },
  ),
  auditTrail: optional(flag(), {
    title: "Whether to create a CloudTrail trail",
    description:
      "Whether the program creates a trail for all regions, with log file validation, in the home region. It records " +
      "each use of a customer's role and each change to a topic's policy. Leave it off if your organization has a trail " +
      "already.",
    default: false,
    example: true,
  }),
  alarmEmail: optional(
    textOrNone(
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
      ({ input }) => `is ${shown(input)}: use an e-mail address, or leave it out for none.`,
    ),
    {
      title: "E-mail address for alarms",
      description:
        "The address that alarms are sent to. SNS first asks it to confirm the subscription. Not together with " +
        "`alarmTopicArn`.",
      default: "",
      example: "operators@example.com",
    },
  ),
  alarmTopicArn: optional(
    v.string(({ input }) => `is ${shown(input)}: use the ARN of an SNS topic, or leave it out.`),
    {
      title: "Your own SNS topic for alarms",
      description:
        "The ARN of a topic in the home region that alarms are sent to, instead of one that the program creates. Its " +
        "policy must allow `events.amazonaws.com` to publish. In GovCloud and China it hears of the home region's alarms only. " +
        "Not together with `alarmEmail`.",
      default: "",
      example: "arn:aws:sns:us-east-1:111122223333:alarms",
    },
  ),
};

function badRetention({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: CloudWatch Logs can keep logs for ${RETENTION_DAYS.join(", ")} days.`;
}
