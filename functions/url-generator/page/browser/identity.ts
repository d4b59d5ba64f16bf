/** Who is signed in, for that very person to check: read from the token, whose signature only the API verifies. */

export interface Identity {
  /** The person, as far as the token tells; undefined if it does not. */
  readonly name: string | undefined;
  /** The person's tenant, as the API reads it; undefined if the API will reject the token. */
  readonly tenant: string | undefined;
}

/** From the claim that says most to the one that says least (OpenID Connect Core 1.0, section 5.1). */
const NAMES = ["email", "preferred_username", "name", "sub"];

const MAX_LENGTH = 100;

/** @returns undefined for what is not a JWT */
export function identityOf(token: string, tenantClaim: string): Identity | undefined {
  const claims = claimsOf(token);
  if (!claims) return undefined;
  // Whoever has not shown that an address is theirs may have entered anybody's.
  const isUnverified = claims.email_verified === false || claims.email_verified === "false";
  const names = NAMES.filter((claim) => claim !== "email" || !isUnverified).map((claim) =>
    shown(claims[claim]),
  );
  return { name: names.find((name) => name !== undefined), tenant: shown(claims[tenantClaim]) };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = ""] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Control and format characters could make one name look like another. */
function shown(claim: unknown): string | undefined {
  if (typeof claim !== "string" && typeof claim !== "number") return undefined;
  const text = String(claim).replace(/\p{C}/gu, "").trim().slice(0, MAX_LENGTH);
  return text === "" ? undefined : text;
}
