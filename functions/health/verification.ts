/** Connects a role that the customer made and named by its ARN: the probes are the proof that it is the customer's. */
import { timingSafeEqual } from "node:crypto";
import type { Connection } from "../domain/connection.js";
import { SupersededError } from "../domain/connection-repository.js";
import {
  arnProblem,
  connectOwnRole,
  needsRoleId,
  type Verification,
  type VerificationRequest,
  whyClosed,
} from "../domain/own-role.js";
import * as sentences from "../domain/own-role-sentences.js";
import { type ProbeResult, probe } from "../domain/probe.js";
import type { Dependencies as HealthDependencies } from "./health.js";

export interface Dependencies
  extends Pick<HealthDependencies, "connections" | "assumeRole" | "now" | "deadlineIn"> {
  /** The path of customers' roles, with a slash at both ends. */
  readonly customerRolePath: string;
  readonly telemetry: {
    /** @param outcome `wrongRoleId` for a role that is safe, and not the one that was named */
    verified(connection: Connection, outcome: ProbeResult["outcome"] | "wrongRoleId"): void;
  };
}

/** An HTTP API gives up after 30 s, and the functions need some of them to start. */
const MAX_MILLISECONDS = 20_000;

/** How many role IDs may be named for a connection that is confirmed by one. */
const MAX_ROLE_IDS = 5;

/**
 * Probes the role and, if it is safe, writes the connection as connected. The record may change meanwhile: what is written is decided on the latest
 * one. Until then an earlier role stays connected.
 */
export async function verify(
  { externalId, roleArn, roleId }: VerificationRequest,
  dependencies: Dependencies,
): Promise<Verification> {
  const { connections, assumeRole, now, deadlineIn, customerRolePath, telemetry } = dependencies;
  const deadline = deadlineIn(MAX_MILLISECONDS);
  const seen = await connections.get(externalId);
  if (!seen) return closed(sentences.OWN_ROLE_ENDED);
  // Whoever calls has checked this already: no one takes this function's word for anything else.
  const problem = whyClosed(seen, now()) ?? arnProblem(roleArn, seen, customerRolePath);
  if (problem !== undefined) return closed(problem);

  const result = await probe({ roleArn, externalId }, assumeRole, deadline);
  if (result.outcome !== "safe") {
    telemetry.verified(seen, result.outcome);
    return { outcome: result.outcome === "unknown" ? "unknown" : "refused" };
  }
  const isCounted = !needsRoleId(seen) || (await connections.countConfirmationTry(seen, MAX_ROLE_IDS));
  if (!isCounted) return closed(sentences.tooManyRoleIds(MAX_ROLE_IDS));
  const isRight = roleId === undefined ? !needsRoleId(seen) : isSame(roleId, result.roleId);
  telemetry.verified(seen, isRight ? "safe" : "wrongRoleId");
  if (!isRight) return { outcome: "refused" };

  for (let latest: Connection | undefined = seen; latest; ) {
    const reason = whyClosed(latest, now()) ?? whyOther(latest, seen, roleArn);
    if (reason !== undefined) return closed(reason);
    try {
      await connections.update(latest, connectOwnRole(latest, { roleArn, roleId: result.roleId }, now()));
      return { outcome: "connected" };
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      latest = await connections.get(externalId);
    }
  }
  return closed(sentences.OWN_ROLE_ENDED);
}

/** Somebody connected another role while this one was probed. */
function whyOther(latest: Connection, seen: Connection, roleArn: string): string | undefined {
  const isAsBefore = latest.roleArn === seen.roleArn || latest.roleArn === roleArn;
  return isAsBefore ? undefined : sentences.OTHER_ROLE_CONNECTED;
}

function closed(reason: string): Verification {
  return { outcome: "closed", reason };
}

/** In constant time, so that the delay reveals nothing of the ID. */
function isSame(named: string, roleId = ""): boolean {
  const [one, other] = [Buffer.from(named), Buffer.from(roleId)];
  return one.length === other.length && timingSafeEqual(one, other);
}
