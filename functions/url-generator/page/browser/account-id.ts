import { counted, text } from "./texts.js";

/** What an account field holds: an account ID, or what is wrong with what was typed so far. */
export type AccountId =
  | { readonly state: "complete"; readonly accountId: string }
  /** Correct so far: nobody wants to hear that something is missing while still typing. */
  | { readonly state: "incomplete"; readonly missing: number }
  | { readonly state: "invalid"; readonly message: string };

const DIGITS = 12;

/** Reads an account ID as people write it: 222233334444, 2222-3333-4444, 2222 3333 4444. */
export function readAccountId(entered: string): AccountId {
  const typed = entered.replace(/[\s\-\u2010-\u2015]/g, "");
  const [other] = typed.match(/[^0-9]/) ?? [];
  if (/^arn:/.test(typed)) return invalid(text("accountIsArn"));
  if (typed.includes("@")) {
    return invalid(text("accountIsEmail"));
  }
  if (other !== undefined) {
    return invalid(text("accountHasOther", { character: other }));
  }
  if (typed.length > DIGITS) {
    return invalid(counted(typed.length - DIGITS, "digitTooMany", "digitsTooMany"));
  }
  return typed.length === DIGITS
    ? { state: "complete", accountId: typed }
    : { state: "incomplete", missing: DIGITS - typed.length };
}

function invalid(message: string): AccountId {
  return { state: "invalid", message };
}

/** As the AWS console shows it: 2222-3333-4444. */
export function formatAccountId(accountId: string): string {
  return accountId.replace(/^(\d{4})(\d{4})(\d{4})$/, "$1-$2-$3");
}
