/** What stands in an account field: the account's number, or what is wrong with what was typed so far. */
export type AccountId =
  | { readonly state: "complete"; readonly accountId: string }
  /** Right so far; nobody who still types wants to hear that something is missing. */
  | { readonly state: "begun"; readonly missing: number }
  | { readonly state: "wrong"; readonly sentence: string };

const DIGITS = 12;

/** Reads an account ID as people write it: 222233334444, 2222-3333-4444, 2222 3333 4444. */
export function readAccountId(text: string): AccountId {
  const typed = text.replace(/[\s\-\u2010-\u2015]/g, "");
  const [other] = typed.match(/[^0-9]/) ?? [];
  if (/^arn:/.test(typed)) {
    return {
      state: "wrong",
      sentence: "This looks like an ARN. The account ID is the number of 12 digits in it.",
    };
  }
  if (typed.includes("@")) {
    return {
      state: "wrong",
      sentence: "This looks like an e-mail address. The account ID is a number of 12 digits.",
    };
  }
  if (other !== undefined) {
    return {
      state: "wrong",
      sentence: `“${other}” cannot be part of it: an account ID has digits only. An alias does not do.`,
    };
  }
  if (typed.length > DIGITS) {
    const extra = typed.length - DIGITS;
    return {
      state: "wrong",
      sentence: `${extra === 1 ? "One digit" : `${extra} digits`} too many: an account ID has 12.`,
    };
  }
  return typed.length === DIGITS
    ? { state: "complete", accountId: typed }
    : { state: "begun", missing: DIGITS - typed.length };
}

/** As the AWS console shows it: 2222-3333-4444. */
export function formatAccountId(accountId: string): string {
  return accountId.replace(/^(\d{4})(\d{4})(\d{4})$/, "$1-$2-$3");
}
