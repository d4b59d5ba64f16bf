/** How to call this program again for the same deployment. */
import type { TargetOptions } from "./target.js";

/** @param command the command and its arguments, such as `why 222233334444` */
export function nextCommand(command: string, { stack, local, state, table, region }: TargetOptions): string {
  const given = [
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(local ? ["--local"] : []),
    ...(state === undefined ? [] : ["--state", state]),
    ...(table === undefined || region === undefined ? [] : ["--table", table, "--region", region]),
  ];
  return [programName(), command, ...given].join(" ");
}

/** Sentences that say which command to run, with what has to be typed in place of its short form. */
export function withNextCommands(text: string, options: TargetOptions): string {
  // The arguments that a sentence can name: a region, an external ID or an account ID.
  return text.replace(
    /\b([Rr]un) onboarding ((?:organizations )?[a-z]+(?: (?:[a-z]{2}(?:-[a-z]+)+-\d+(?::[0-9a-f-]{36}(?:\.\d{12})?)?|\d{12}))?)/g,
    (_, run: string, command: string) => `${run} ${nextCommand(command, options)}`,
  );
}

/** What was typed to call this program. npm says which script or package it was asked for: https://docs.npmjs.com/cli/using-npm/scripts#current-lifecycle-event */
export function programName(): string {
  switch (process.env.npm_lifecycle_event) {
    case "onboarding":
      return "npm run onboarding --";
    case "npx":
      return "npx onboarding";
    default:
      return "onboarding";
  }
}
