/** What an account field holds: an account ID, or what is wrong with what was typed so far. */
export type AccountId =
  | { readonly state: "complete"; readonly accountId: string }
  /** Correct so far: nobody wants to hear that something is missing while still typing. */
  | { readonly state: "incomplete"; readonly missing: number }
  | { readonly state: "invalid"; readonly message: string };

const DIGITS = 12;

/** Reads an account ID as people write it: 222233334444, 2222-3333-4444, 2222 3333 4444. */
export function readAccountId(text: string): AccountId {
  const typed = text.replace(/[\s\-\u2010-\u2015]/g, "");
  const [other] = typed.match(/[^0-9]/) ?? [];
  if (/^arn:/.test(typed))
    return invalid("This looks like an ARN. The account ID is the 12-digit number in it.");
  if (typed.includes("@")) {
    return invalid("This looks like an email address. An account ID is a 12-digit number.");
  }
  if (other !== undefined) {
    return invalid(
      `“${other}” cannot be part of an account ID, which has only digits. An alias does not work here.`,
    );
  }
  if (typed.length > DIGITS) {
    const extra = typed.length - DIGITS;
    return invalid(`${extra === 1 ? "One digit" : `${extra} digits`} too many: an account ID has 12.`);
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
