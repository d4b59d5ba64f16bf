/**
 * Tries to assume a customer's role, to learn whether it works and whether it is safe.
 *
 * First with the external ID: until that succeeds once, a denial proves nothing. Then without it and with another one:
 * both must be denied, or anybody who knows the role's ARN could reach this customer through the vendor
 * (the confused deputy, see IAM's guide). Every try is a new TLS connection, because STS can answer for minutes from an old trust policy
 * on a kept one (aws-sdk-java issue 1183).
 */
import { randomUUID } from "node:crypto";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Deadline } from "../runtime/deadline.js";

export type ProbeResult =
  | { readonly outcome: "safe" }
  /** It cannot be assumed with the external ID. */
  | { readonly outcome: "denied"; readonly reason: string }
  /** It can be assumed without the external ID, or with another one. */
  | { readonly outcome: "unsafe"; readonly reason: string }
  /** STS did not say. */
  | { readonly outcome: "unknown"; readonly reason: string };

export interface ProbeTarget {
  readonly roleArn: string;
  /** The record's, never the message's. */
  readonly externalId: string;
}

/** What is tried, as a function of its own so that tests can play STS. @throws what STS says */
export type AssumeRole = (
  roleArn: string,
  externalId: string | undefined,
  deadline: Deadline,
) => Promise<void>;

/** Whoever got hold of a probe's session could do nothing with it. */
const NOTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});

/** A new role becomes assumable after 10 to 30 seconds. */
const BACKOFF_MILLISECONDS = [500, 1000, 2000, 3000, 4000, 5000];

const TRY_MILLISECONDS = 5000;

/** Calls STS in a region, each time on a connection of its own. */
export function assumeRoleIn(region: string): AssumeRole {
  const sts = new STSClient({
    region,
    // The waits between tries are this file's own.
    maxAttempts: 1,
    requestHandler: {
      httpAgent: { keepAlive: false },
      httpsAgent: { keepAlive: false },
      connectionTimeout: 2000,
      requestTimeout: TRY_MILLISECONDS,
    },
  });
  return async (roleArn, externalId, deadline) => {
    await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: "onboarding-probe",
        DurationSeconds: 900,
        Policy: NOTHING,
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
      { abortSignal: deadline.signal },
    );
  };
}

/**
 * The three probes. Waits for a role that is not assumable yet until the deadline.
 *
 * @param deadline when the result has to be there
 */
export async function probe(
  { roleArn, externalId }: ProbeTarget,
  assumeRole: AssumeRole,
  deadline: Deadline,
): Promise<ProbeResult> {
  // The negative probes need a moment too.
  const positive = await attempt(
    assumeRole,
    roleArn,
    externalId,
    deadline.before(TRY_MILLISECONDS),
    "allowed",
  );
  if (positive.answer === "denied") {
    return {
      outcome: "denied",
      reason: `The role ${roleArn} cannot be assumed from our account with the external ID ${externalId}. Its trust policy has to be the one of our template, and no policy of your organization may forbid it. ${MEND}`,
    };
  }
  if (positive.answer === "unknown") return unknown(positive.error);

  const [without, another] = await Promise.all([
    attempt(assumeRole, roleArn, undefined, deadline, "denied"),
    attempt(assumeRole, roleArn, `${externalId.split(":")[0]}:${randomUUID()}`, deadline, "denied"),
  ]);
  if (without.answer === "allowed" || another.answer === "allowed") {
    const how = without.answer === "allowed" ? "without the external ID" : "with any external ID";
    return {
      outcome: "unsafe",
      reason: `The role ${roleArn} can be assumed ${how}, so that somebody else could be let into your account through us. Its trust policy needs the condition "StringEquals": {"sts:ExternalId": "${externalId}"}. ${MEND}`,
    };
  }
  for (const { answer, error } of [without, another]) {
    if (answer === "unknown") return unknown(error);
  }
  return { outcome: "safe" };
}

const MEND = "Use our template unchanged: delete this stack and open the link again.";

function unknown(error: unknown): ProbeResult {
  return { outcome: "unknown", reason: error instanceof Error ? error.name : "no answer" };
}

interface Attempt {
  readonly answer: "allowed" | "denied" | "unknown";
  readonly error?: unknown;
}

/**
 * Tries until STS gives the answer that is hoped for, or another one that is final, or the deadline comes. Throttling and time-outs
 * prove nothing either way.
 */
async function attempt(
  assumeRole: AssumeRole,
  roleArn: string,
  externalId: string | undefined,
  deadline: Deadline,
  hoped: "allowed" | "denied",
): Promise<Attempt> {
  let last: Attempt = { answer: "unknown" };
  for (let tries = 0; ; tries++) {
    last = await assumeRole(roleArn, externalId, deadline.within(TRY_MILLISECONDS)).then(
      () => ({ answer: "allowed" as const }),
      // The answer that counts is the last one that was an answer.
      (error: unknown) => (isDenial(error) ? { answer: "denied" as const } : { ...last, error }),
    );
    const isFinal = last.answer === "allowed" || (last.answer === "denied" && hoped === "denied");
    const wait = BACKOFF_MILLISECONDS[tries] ?? BACKOFF_MILLISECONDS.at(-1) ?? 0;
    if (isFinal || !(await deadline.sleep(wait))) return last;
  }
}

function isDenial(error: unknown): boolean {
  return error instanceof Error && /^AccessDenied(Exception)?$/.test(error.name);
}
