import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkValues } from "../../../../components/config/check.js";
import { componentArguments, stackConfiguration } from "../../../../components/config/source.js";

export type Values = Readonly<Record<string, unknown>>;

/** What is wrong, and what the sentence must say about it: the value, the reason, what would work. */
export type Refusal = readonly [what: string, change: Values, sentence: RegExp];

/** Values that would do, but for the changes. */
export const values = (changes: Values): Values => ({
  deployment: "dev",
  homeRegion: "us-east-1",
  regions: ["us-east-1", "eu-west-1"],
  ...changes,
});

/** The sentence with which the values are refused. */
export function refusal(changes: Values, source = stackConfiguration): string {
  let message = "";
  assert.throws(
    () => checkValues(values(changes), source),
    (error: Error) => {
      // Pulumi shows a RunError's message alone, any other error with its stack.
      assert.ok(pulumi.RunError.isInstance(error), String(error.stack));
      message = error.message;
      return true;
    },
  );
  return message;
}

/** The same sentence about a component's argument. */
function aboutArgument(sentence: string): string {
  return sentence
    .replace(/^aws:region/, "homeRegion")
    .replace(/^The stack's name/, "deployment")
    .replace(/(?<=^| )onboarding:(?=\w)/g, "")
    .replace(/pulumi config set --path 'onboarding:regions\[0\]' us-east-1/, 'regions: ["us-east-1"]');
}

/** One test for each row. */
export function refuse(refused: readonly Refusal[]): void {
  for (const [what, change, sentence] of refused) {
    it(`refuse ${what} in one sentence`, () => {
      const message = refusal(change);
      assert.match(message, sentence);
      assert.equal(refusal(change, componentArguments), aboutArgument(message));
    });
  }
}
