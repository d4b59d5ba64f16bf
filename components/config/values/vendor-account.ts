/** What the program creates in the vendor's own account. */
import * as v from "valibot";
import { check, firstProblem, flag, map, optional, shown, text, textOrNone } from "../schema-parts.js";

/** An S3 object can have ten tags, fewer than any other resource here, and one is the program's own. */
const MAX_TAGS = 9;

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
      title: "Tags of all resources",
      description: `Tags for every resource that supports them, ${MAX_TAGS} at most.`,
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
        "The ARN of a managed policy: the permissions boundary of all roles that the program creates in your account.",
      default: "",
      example: "arn:aws:iam::111122223333:policy/boundary",
    },
  ),
  rolePath: optional(v.pipe(text(/^\/([\w+=,.@-]+\/)*$/, badRolePath), v.maxLength(512, badRolePath)), {
    title: "Path of the program's roles",
    description: "The IAM path of all roles that the program creates in your account.",
    default: "/",
    example: "/vendor/onboarding/",
  }),
  protect: optional(flag(), {
    title: "Protection against deletion",
    description:
      "Whether the topics and the table, with all its replicas, are protected against deletion. Customers' stacks " +
      "depend on them, so switch it off for trials only.",
    default: true,
    example: false,
  }),
};

function tooManyTags(tags: Record<string, unknown>): string | undefined {
  const count = Object.keys(tags).length;
  return count > MAX_TAGS
    ? `has ${count} tags: use at most ${MAX_TAGS}, because an S3 object can have ten, and one is the program's own.`
    : undefined;
}

function tagProblem([key, value]: [string, unknown]): string | undefined {
  if (!/^(?!aws:|onboarding:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/iu.test(key)) {
    return `has the key "${key}": use 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with aws: or onboarding:.`;
  }
  if (typeof value !== "string")
    return `has ${shown(value)} for "${key}", which is no text: put it into quotes.`;
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u.test(value)) {
    return `has ${shown(value)} for "${key}": use at most 256 letters, digits, spaces and _.:/=+-@.`;
  }
  return undefined;
}

function badRolePath({ input }: { readonly input: unknown }): string {
  return `is ${shown(input)}: begin and end it with a slash, such as /vendor/onboarding/, within 512 characters.`;
}
