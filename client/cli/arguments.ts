/** The arguments and option values that several commands take. */
import { InvalidArgumentError } from "commander";
import { END_REASON } from "../../functions/domain/ending.js";

/** The argument that names connections, for the help. */
export const CONNECTION_ARGUMENT: readonly [flags: string, description: string] = [
  "<connection>",
  "an external ID, or an AWS account ID for all of the account's connections",
];

export function isAccountId(text: string): boolean {
  return /^[0-9]{12}$/.test(text);
}

export function readAccountId(text: string): string {
  if (!isAccountId(text)) throw new InvalidArgumentError("Use the 12 digits of an AWS account ID.");
  return text;
}

export function readReason(text: string): string {
  if (!END_REASON.test(text)) throw new InvalidArgumentError("Use 1 to 500 printable characters.");
  return text;
}

/** A parser for an option that takes a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isInteger(number) || number < min || number > max) {
      throw new InvalidArgumentError(`Use a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}
