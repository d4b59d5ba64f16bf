import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { type CheckedValues, configurationSchema } from "./schema.js";
import { componentArguments, type Source } from "./source.js";

/** One value that does not do. Pulumi prints the message and no stack. */
export class ConfigurationError extends pulumi.RunError {
  /**
   * @param property the value's name in the schema, `jwt.issuer` for a part of one
   * @param reason the sentence without its beginning, which is the value's name
   */
  constructor(
    readonly property: string,
    readonly reason: string,
    source: Source,
  ) {
    super(`${source.name(property)} ${reason}`);
  }
}

/**
 * Checks values against the schema. Nothing is looked up: what only AWS or the disk knows is checked by completeConfiguration.
 *
 * @throws ConfigurationError naming the first value that does not do, what is wrong with it and what would work
 */
export function checkValues(given: unknown, source: Source = componentArguments): CheckedValues {
  refuseOutputs(given, source);
  const { output, issues, success } = v.safeParse(configurationSchema(source), given);
  if (success) return output;
  // A misspelled name comes first: it explains why the right one is missing.
  const issue = issues.find(isUnknownKey) ?? issues[0];
  throw new ConfigurationError(propertyOf(issue), issue.message, source);
}

/** A secret is an output as well, in the arguments of a component too. */
function refuseOutputs(given: unknown, source: Source): void {
  for (const [key, value] of Object.entries(given ?? {})) {
    if (holdsOutput(value)) {
      throw new ConfigurationError(
        key,
        "is or holds an output or a secret: use a plain value, because it decides what is deployed.",
        source,
      );
    }
  }
}

function holdsOutput(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return pulumi.Output.isInstance(value) || Object.values(value).some(holdsOutput);
}

function isUnknownKey({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === "strict_object" && expected === "never";
}

/** Items of a list are told of by their list, which the message names them in; an unknown part by what it is part of. */
function propertyOf(issue: v.BaseIssue<unknown>): string {
  const path = issue.path ?? [];
  const isPart = isUnknownKey(issue) && path.length > 1;
  return path
    .slice(0, isPart ? -1 : undefined)
    .filter(({ type }) => type === "object")
    .map(({ key }) => key)
    .join(".");
}
