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
import { memberExternalId, regionOfExternalId } from "./external-id.js";
import { anotherRole } from "./own-role-sentences.js";
import { roleArnNotAccepted, roleNotAssumable, roleNotSafe, stsSwitchedOff } from "./sentences.js";

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

/** From the beginning of one try to that of the next: a customer waits, and a new role becomes assumable after 10 to 30 seconds. */
const INTERVAL_MILLISECONDS = 1000;

/**
 * Makes the three probes. Waits for a role that is not assumable yet.
 *
 * @param deadline when the result has to be there
 * @param ifDenied when it has to be there if STS clearly says no, which it may say of a new role for a minute
 */
export async function probe(
  { roleArn, externalId, roleId, once = false }: ProbeTarget,
  assumeRole: AssumeRole,
  deadline: Deadline,
  ifDenied = deadline,
): Promise<ProbeResult> {
  const tryWith = (given: string | undefined) => (within: Deadline) => assumeRole(roleArn, given, within);
  // The negative probes need time, too.
  const positive = await attempt(tryWith(externalId), once ? "either" : "allowed", (verdict) =>
    (verdict === "denied" ? ifDenied : deadline).before(ASSUME_ROLE_TIMEOUT_MILLISECONDS),
  );
  if (positive.verdict === "denied") {
    return { outcome: "denied", reason: roleNotAssumable(roleArn, externalId) };
  }
  if (positive.verdict === "unknown") return unknown(positive.error);
  if (positive.verdict === "refused") return refused(positive.error, roleArn, externalId);
  if (roleId !== undefined && positive.roleId !== roleId) {
    return { outcome: "replaced", reason: anotherRole(roleArn) };
  }

  const negativeDeadline = ifDenied.within(Math.max(deadline.left, ASSUME_ROLE_TIMEOUT_MILLISECONDS));
  const [without, other] = await Promise.all([
    attempt(tryWith(undefined), "denied", () => negativeDeadline),
    attempt(tryWith(wrongExternalId(externalId)), "denied", () => negativeDeadline),
  ]);
  if (without.verdict === "allowed" || other.verdict === "allowed") {
    return { outcome: "unsafe", reason: roleNotSafe(roleArn, externalId, without.verdict === "allowed") };
  }
  for (const { verdict, error } of [without, other]) {
    if (verdict === "unknown" || verdict === "refused") return unknown(error);
  }
  return { outcome: "safe", ...(positive.roleId !== undefined && { roleId: positive.roleId }) };
}

/**
 * One that no role may accept. Of an organization's member it is the organization's with an account that nobody has: that finds a trust policy
 * out which takes any account of the organization, too.
 */
function wrongExternalId(externalId: string): string {
  const [organization = "", account] = externalId.split(".");
  return account === undefined
    ? `${regionOfExternalId(externalId)}:${randomUUID()}`
    : memberExternalId(organization, "000000000000");
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
 *
 * @param deadlineAfter the deadline, by what STS has said so far
 */
async function attempt(
  tryOnce: (deadline: Deadline) => Promise<string | undefined>,
  expected: "allowed" | "denied" | "either",
  deadlineAfter: (verdict: Attempt["verdict"]) => Deadline,
): Promise<Attempt> {
  let last: Attempt = { verdict: "unknown" };
  for (;;) {
    const deadline = deadlineAfter(last.verdict);
    const { left } = deadline;
    last = await tryOnce(deadline.within(ASSUME_ROLE_TIMEOUT_MILLISECONDS)).then(
      (roleId) => ({ verdict: "allowed" as const, roleId }),
      // After an error that says nothing, the last verdict still counts.
      (error: unknown) => verdictOf(error) ?? { ...last, error },
    );
    if (last.verdict === "refused") return last;
    const isFinal = last.verdict === "allowed" || (last.verdict === "denied" && expected !== "allowed");
    const wait = Math.max(0, INTERVAL_MILLISECONDS - (left - deadline.left));
    if (isFinal || !(await deadlineAfter(last.verdict).sleep(wait))) return last;
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
