/**
 * Probes a customer's role: tries to assume it, to learn whether it works and whether it is safe.
 *
 * First with the external ID: until that succeeds once, a denial proves nothing. Then without it and with another one: both must be
 * denied, or anybody who knows the role's ARN could reach this customer through the vendor (the confused deputy problem, see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
import { randomUUID } from "node:crypto";
import { arnParts } from "../aws/arn.js";
import { ASSUME_ROLE_TIMEOUT_MILLISECONDS, type AssumeRole } from "../aws/sts.js";
import type { Deadline } from "../runtime/deadline.js";
import { regionOfExternalId } from "./external-id.js";
import {
  anotherRole,
  roleArnNotAccepted,
  roleNotAssumable,
  roleNotSafe,
  stsSwitchedOff,
} from "./sentences.js";

export type ProbeResult =
  | { readonly outcome: "safe"; readonly roleId?: string | undefined }
  /** It is not the role that it was: another one has its name now. */
  | { readonly outcome: "replaced"; readonly reason: string }
  /** It cannot be assumed with the external ID. */
  | { readonly outcome: "denied"; readonly reason: string }
  /** It can be assumed without the external ID, or with another one. */
  | { readonly outcome: "unsafe"; readonly reason: string }
  /** STS refuses the call itself, whatever the trust policy says, and no waiting mends that. */
  | { readonly outcome: "blocked"; readonly reason: string }
  /** STS did not say. */
  | { readonly outcome: "unknown"; readonly reason: string };

export interface ProbeTarget {
  readonly roleArn: string;
  /** The record's, never the message's. */
  readonly externalId: string;
  /** The unique ID that the role must have; undefined where any will do. */
  readonly roleId?: string | undefined;
  /** Whether a denial is final: then nothing is waited for. */
  readonly once?: boolean;
}

/** Whether there is no role that the connection could use. */
export function isDenial({ outcome }: ProbeResult): boolean {
  return outcome === "denied" || outcome === "replaced";
}

/**
 * What STS says of the call and not of the role: it is deactivated in the region for the role's account, or the region is disabled there;
 * the ARN, or the session policy, is not well-formed. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors
 */
const PERMANENT_ERRORS = [
  "RegionDisabled",
  "ValidationError",
  "MalformedPolicyDocument",
  "PackedPolicyTooLarge",
];

/** A new role becomes assumable after 10 to 30 seconds. The last wait is repeated. */
const BACKOFF_MILLISECONDS = [500, 1000, 2000, 3000, 4000, 5000];

/**
 * Makes the three probes. Waits until the deadline for a role that is not assumable yet.
 *
 * @param deadline when the result has to be there
 */
export async function probe(
  { roleArn, externalId, roleId, once = false }: ProbeTarget,
  assumeRole: AssumeRole,
  deadline: Deadline,
): Promise<ProbeResult> {
  const tryWith = (given: string | undefined) => (within: Deadline) => assumeRole(roleArn, given, within);
  // The negative probes need time, too.
  const positiveDeadline = deadline.before(ASSUME_ROLE_TIMEOUT_MILLISECONDS);
  const positive = await attempt(tryWith(externalId), once ? "either" : "allowed", positiveDeadline);
  if (positive.verdict === "denied") {
    return { outcome: "denied", reason: roleNotAssumable(roleArn, externalId) };
  }
  if (positive.verdict === "unknown") return unknown(positive.error);
  if (positive.verdict === "refused") return refused(positive.error, roleArn, externalId);
  if (roleId !== undefined && positive.roleId !== roleId) {
    return { outcome: "replaced", reason: anotherRole(roleArn) };
  }

  const otherExternalId = `${regionOfExternalId(externalId)}:${randomUUID()}`;
  const [without, other] = await Promise.all([
    attempt(tryWith(undefined), "denied", deadline),
    attempt(tryWith(otherExternalId), "denied", deadline),
  ]);
  if (without.verdict === "allowed" || other.verdict === "allowed") {
    return { outcome: "unsafe", reason: roleNotSafe(roleArn, externalId, without.verdict === "allowed") };
  }
  for (const { verdict, error } of [without, other]) {
    if (verdict === "unknown" || verdict === "refused") return unknown(error);
  }
  return { outcome: "safe", ...(positive.roleId !== undefined && { roleId: positive.roleId }) };
}

/** An error of AssumeRole that is the same at each try. */
function refused(error: unknown, roleArn: string, externalId: string): ProbeResult {
  switch (nameOf(error)) {
    case "RegionDisabled":
      return {
        outcome: "blocked",
        reason: stsSwitchedOff(arnParts(roleArn).accountId, regionOfExternalId(externalId)),
      };
    case "ValidationError":
      return { outcome: "blocked", reason: roleArnNotAccepted(roleArn) };
    // The session policy is ours.
    default:
      return unknown(error);
  }
}

function unknown(error: unknown): ProbeResult {
  return { outcome: "unknown", reason: error instanceof Error ? error.name : "no response" };
}

interface Attempt {
  readonly verdict: "allowed" | "denied" | "refused" | "unknown";
  readonly error?: unknown;
  /** Of a role that was assumed. */
  readonly roleId?: string | undefined;
}

/**
 * Tries until STS gives the expected verdict, or another one that is final, or the deadline comes. Throttling and time-outs prove
 * nothing either way.
 */
async function attempt(
  tryOnce: (deadline: Deadline) => Promise<string | undefined>,
  expected: "allowed" | "denied" | "either",
  deadline: Deadline,
): Promise<Attempt> {
  let last: Attempt = { verdict: "unknown" };
  for (let tries = 0; ; tries++) {
    last = await tryOnce(deadline.within(ASSUME_ROLE_TIMEOUT_MILLISECONDS)).then(
      (roleId) => ({ verdict: "allowed" as const, roleId }),
      // After an error that says nothing, the last verdict still counts.
      (error: unknown) => verdictOf(error) ?? { ...last, error },
    );
    if (last.verdict === "refused") return last;
    const isFinal = last.verdict === "allowed" || (last.verdict === "denied" && expected !== "allowed");
    const wait = BACKOFF_MILLISECONDS[tries] ?? BACKOFF_MILLISECONDS.at(-1) ?? 0;
    if (isFinal || !(await deadline.sleep(wait))) return last;
  }
}

/** @returns undefined for an error that proves nothing, and may pass */
function verdictOf(error: unknown): Attempt | undefined {
  const name = nameOf(error);
  if (name === "AccessDenied") return { verdict: "denied" };
  return PERMANENT_ERRORS.includes(name) ? { verdict: "refused", error } : undefined;
}

/** Without the ending that the SDK adds to the errors that it has a class for. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.replace(/Exception$/, "") : "";
}
