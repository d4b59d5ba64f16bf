/** Connecting a role that the customer made: the region's health function verifies it, because only that one may assume customers' roles. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Connection, MAX_ATTEMPTS } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import { healthNameOf } from "../domain/names.js";
import {
  arnProblem,
  type NamedRole,
  needsRoleId,
  type Verification,
  type VerificationRequest,
  whyClosed,
} from "../domain/own-role.js";
import * as sentences from "../domain/own-role-sentences.js";
import { plain } from "../domain/plain-text.js";
import { timeLimits } from "../runtime/time-limits.js";
import { RejectedError } from "./problems.js";

/** Has a role verified in its connection's region. @throws Error if that was not possible */
export type Verify = (region: string, request: VerificationRequest) => Promise<Verification>;

/**
 * IAM can take a minute until a new role can be assumed (terraform-provider-aws issue 6566), and a verification waits for a quarter of one: so
 * many times the caller is asked to try again. It does not depend on what was found, which would tell strangers whether a role exists.
 */
const MAX_PATIENCE = 3;

/** How long the health function may take to start and to verify, in milliseconds. It is less than the URL generator itself has. */
const VERIFY_MILLISECONDS = 26_000;

export function verifyWith(prefix: string): Verify {
  return async (region, verify) => {
    // Each region's client is used rarely. A second attempt would be a second verification.
    const lambda = new LambdaClient({
      region,
      maxAttempts: 1,
      requestHandler: timeLimits(2000, VERIFY_MILLISECONDS),
    });
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: healthNameOf(prefix),
        Payload: Buffer.from(JSON.stringify({ verify })),
      }),
    );
    if (FunctionError !== undefined)
      throw new Error(`The health check in ${region} failed: ${FunctionError}`);
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
}

/** What it takes to connect a role. */
export interface Means {
  readonly connections: ConnectionRepository;
  readonly verify: Verify;
  /** The path of customers' roles, with a slash at both ends. */
  readonly customerRolePath: string;
  readonly now: () => Date;
}

/**
 * @param connection as it was read
 * @returns the connection as it is then; undefined where the role may yet become assumable, and the caller is to ask again
 * @throws RejectedError if it cannot be connected
 */
export async function connectRole(
  connection: Connection,
  role: NamedRole,
  { connections, verify, customerRolePath, now }: Means,
): Promise<Connection | undefined> {
  const { externalId, region, attempts = 0 } = connection;
  check(connection, role, customerRolePath, now());
  if (!(await connections.countAttempt(connection, MAX_ATTEMPTS))) {
    throw new RejectedError("tooMany", sentences.ownRoleTriedTooOften(MAX_ATTEMPTS));
  }
  const verification = await verify(region, { externalId, ...role });
  switch (verification.outcome) {
    case "connected":
      return (await connections.get(externalId)) ?? connection;
    case "closed":
      throw new RejectedError("conflict", verification.reason);
    case "unknown":
      return undefined;
    case "refused":
      if (attempts < MAX_PATIENCE) return undefined;
      await note(connection, connections);
      throw new RejectedError("refusedRole", sentences.OWN_ROLE_REFUSED, "roleArn");
  }
}

/** What is wrong before anybody is called. @throws RejectedError naming the first thing */
function check(connection: Connection, { roleArn, roleId }: NamedRole, path: string, now: Date): void {
  const closed = whyClosed(connection, now);
  if (closed !== undefined) throw new RejectedError("conflict", closed);
  const problem = arnProblem(roleArn, connection, path);
  if (problem !== undefined) throw new RejectedError("invalid", problem, "roleArn");
  if (roleId === undefined && needsRoleId(connection)) {
    throw new RejectedError("invalid", sentences.ROLE_ID_MISSING, "roleId");
  }
}

/** For whoever looks at the connection later. One that is connected keeps its role, whatever else was tried. */
async function note(connection: Connection, connections: ConnectionRepository): Promise<void> {
  const reason = plain(sentences.OWN_ROLE_REFUSED);
  await connections.change(connection, (latest) =>
    latest.status !== "pending" || latest.reason === reason ? undefined : { reason },
  );
}
