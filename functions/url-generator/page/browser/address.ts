/** What the page's address says behind the `#`: which connection to show, and what the vendor's application answers to a sign-in. */

/** The answer to a sign-in: `#token=<token>&state=<state>`. */
export interface SignInAnswer {
  readonly token: string;
  /** "" if there is none. */
  readonly state: string;
}

export interface Address {
  /** From `#/connections/<external ID>`; whatever is not an external ID is left for the API to reject. */
  readonly externalId: string | undefined;
  readonly answer: SignInAnswer | undefined;
}

/** @param hash as in `location.hash`; anybody may have written it */
export function readAddress(hash: string): Address {
  const [, externalId, rest] = /^#\/connections\/([^&?]+)(.*)$/s.exec(hash) ?? [];
  // Unlike decodeURIComponent, it never throws.
  const fields = new URLSearchParams((rest ?? hash).replace(/^[#&?]+/, ""));
  const token = fields.get("token");
  return {
    externalId: externalId === undefined ? undefined : decode(externalId),
    answer: token === null ? undefined : { token, state: fields.get("state") ?? "" },
  };
}

/** @returns what to put behind the path for this page to show a connection, or the form */
export function fragmentOf(externalId: string | undefined): string {
  return externalId === undefined
    ? ""
    : `#/connections/${encodeURIComponent(externalId).replaceAll("%3A", ":")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
