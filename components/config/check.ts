import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { holdsOutput } from "./inputs.js";
import { type CheckedValues, configurationSchema } from "./schema.js";
import { componentArguments, type Source } from "./source.js";

/** A value that is not valid. Pulumi prints the message of a RunError without a stack trace. */
export class ConfigurationError extends pulumi.RunError {
  /**
   * @param property the value's name in the schema, for example `jwt.issuer`
   * @param reason the rest of the sentence that begins with the value's name
   */
  constructor(
    readonly property: string,
    readonly reason: string,
    source: Source,
  ) {
    const sentence = `${source.name(property)} ${reason}`;
    super(sentence);
    // Pulumi puts the names of waiting outputs in front of the message of an error, once for each.
    Object.defineProperty(this, "message", { get: () => sentence, set: () => {} });
  }
}

/**
 * Checks values against the schema, without looking anything up: completeConfiguration checks what only AWS and the disk can tell.
 *
 * @throws ConfigurationError that says which value is not valid, why, and what would be
 */
export function checkValues(given: unknown, source: Source = componentArguments): CheckedValues {
  refuseOutputs(given, source);
  const { output, issues, success } = v.safeParse(configurationSchema(source), given);
  if (success) return output;
  // A misspelled key comes first: it explains why another value is missing.
  const issue = issues.find(isUnknownKey) ?? issues[0];
  throw new ConfigurationError(propertyOf(issue), issue.message, source);
}

/** Secrets are outputs, too. */
function refuseOutputs(given: unknown, source: Source): void {
  for (const [key, value] of Object.entries(given ?? {})) {
    if (holdsOutput(value)) {
      throw new ConfigurationError(
        key,
        "is or contains an output or a secret: use a plain value, because it decides what is deployed.",
        source,
      );
    }
  }
}

function isUnknownKey({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === "strict_object" && expected === "never";
}

/** Messages about an item of a list, or about an unknown part, begin with the name of what contains it. */
function propertyOf(issue: v.BaseIssue<unknown>): string {
  const path = issue.path ?? [];
  const isPart = isUnknownKey(issue) && path.length > 1;
  return path
    .slice(0, isPart ? -1 : undefined)
    .filter(({ type }) => type === "object")
    .map(({ key }) => key)
    .join(".");
}
