/** What the program makes in the vendor's own account. */
import * as v from "valibot";
import {
  check,
  firstProblem,
  flag,
  map,
  number,
  optional,
  shown,
  text,
  textOrNone,
  wholeNumber,
} from "../schema-parts.js";

/** An object in S3 takes ten tags, fewer than any other resource here; one of them is the program's own. */
const MAX_TAGS = 9;

/** The days that CloudWatch Logs can keep a log (PutRetentionPolicy lists them). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Ten years: what is to be kept for longer belongs in an archive. */
const MAX_HISTORY_DAYS = 3653;

export const vendorAccountValues = {
  tags: optional(
    v.pipe(
      map(
        v.custom<string>(() => true),
        "a map from key to value",
      ),
      check((tags) => tooManyTags(tags) ?? firstProblem(Object.entries(tags), tagProblem)),
    ),
    {
      title: "Tags",
      description: `Tags of every resource that can have some, from key to value: at most ${MAX_TAGS}.`,
      default: {},
      example: { "cost-center": "4711" },
    },
  ),
  permissionsBoundary: optional(
    textOrNone(
      /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/.+$/,
      ({ input }) => `is ${shown(input)}: use the ARN of a managed policy, or leave it out for none.`,
    ),
    {
      title: "Permissions boundary of the program's roles",
      description:
        "The ARN of the managed policy that bounds the roles that the program creates in your account. Empty for none.",
      default: "",
      example: "arn:aws:iam::111122223333:policy/boundary",
    },
  ),
  rolePath: optional(v.pipe(text(/^\/([\w+=,.@-]+\/)*$/, badRolePath), v.maxLength(512, badRolePath)), {
    title: "Path of the program's roles",
    description: "The IAM path of the roles that the program creates in your account.",
    default: "/",
    example: "/vendor/onboarding/",
  }),
  protect: optional(flag(), {
    title: "Protection against deletion",
    description:
      "Whether the topics, and the table with all its replicas, refuse to be deleted. Customers' stacks depend on them, so turn it " +
      "off for a trial only.",
    default: true,
    example: false,
  }),
  logRetentionDays: optional(v.pipe(number(badRetention), v.values(RETENTION_DAYS, badRetention)), {
    title: "How long logs are kept",
    description:
      "How long CloudWatch Logs keeps the logs of functions and API: a number of days that it offers.",
    unit: "days",
    default: 90,
    example: 365,
  }),
  historyDays: optional(
    wholeNumber(1, MAX_HISTORY_DAYS, `use a whole number from 1 to ${MAX_HISTORY_DAYS} (ten years)`),
    {
      title: "How long history is kept",
      description:
        "How long the events in the history of a connection are kept, each from the time it happened.",
      unit: "days",
      default: 400,
      example: 730,
    },
  ),
  auditTrail: optional(flag(), {
    title: "A CloudTrail trail",
    description:
      "Whether the program creates a CloudTrail trail of all regions, with log file validation, in the home region: then each use " +
      "of a customer's role and each change of a topic's policy is on record. Leave it off if your organization has a trail.",
    default: false,
    example: true,
  }),
  alarmEmail: optional(
    textOrNone(
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
      ({ input }) => `is ${shown(input)}: use an e-mail address, or leave it out for none.`,
    ),
    {
      title: "Who gets alarms by e-mail",
      description:
        "The address to which alarms are sent. SNS asks it to confirm the subscription first. Empty for none.",
      default: "",
      example: "operators@example.com",
    },
  ),
  alarmTopicArn: optional(
    v.string(({ input }) => `is ${shown(input)}: use the ARN of an SNS topic, or leave it out.`),
    {
      title: "A topic of yours for alarms",
      description:
        "The ARN of an SNS topic in the home region that gets the alarms instead of the program's own. Its policy must let " +
        "`events.amazonaws.com` publish. Empty for none.",
      default: "",
      example: "arn:aws:sns:us-east-1:111122223333:alarms",
    },
  ),
};

function tooManyTags(tags: Record<string, unknown>): string | undefined {
  const count = Object.keys(tags).length;
  return count > MAX_TAGS
    ? `has ${count} tags: use at most ${MAX_TAGS}, because an object in S3 takes ten and one is the program's own.`
    : undefined;
}

function tagProblem([key, value]: [string, unknown]): string | undefined {
  if (!/^(?!aws:|onboarding:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu.test(key)) {
    return `has the key "${key}": use 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with aws: or onboarding:.`;
  }
  if (typeof value !== "string" || !/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u.test(value)) {
    return `has ${shown(value)} for "${key}": use a text of at most 256 letters, digits, spaces and _.:/=+-@.`;
  }
  return undefined;
}

function badRolePath({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: begin and end it with a slash, such as /vendor/onboarding/, within 512 characters.`;
}

function badRetention({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: CloudWatch Logs keeps logs for ${RETENTION_DAYS.join(", ")} days.`;
}
