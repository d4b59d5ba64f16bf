/** What follows from a response that CloudFormation's bucket accepted, which proves that the request was genuine, or refused. */
import type { Changes, Connection } from "../domain/connection.js";
import { accept, deleteStack, fail, retry, update } from "../domain/transitions.js";
import { rollBack } from "../domain/unproven.js";
import { decide, type Here } from "./decision.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";
import { isUrlGood } from "./response-url.js";

/**
 * What the connection becomes. What an Update of the connected stack makes of it depends on its role, too.
 * @returns undefined where nothing changes
 */
export function changesOfAccepted(
  request: Request,
  response: Response,
  connection: Connection,
  now: Date,
): Changes | undefined {
  if (request.type === "Delete") return deleteStack(connection, request, now);
  if (response.status === "FAILED") return fail(connection, request, response.reason);
  return accept(connection, request, response.role, now) ?? retry(connection, request);
}

/**
 * What the connection becomes where the response was refused: what this request connected is undone, in whichever delivery. Where the URL may
 * be too old, an earlier response may have been accepted.
 *
 * @returns undefined where nothing changes
 */
export function changesOfRefused(request: Request, connection: Connection, now: Date): Changes | undefined {
  return isUrlGood(request, now) ? rollBack(connection, request) : undefined;
}

/**
 * What the connection becomes by a request that was accepted some time ago and could not be written. Only the health check may probe a role:
 * after an Update it will.
 *
 * @returns undefined where nothing changes any more
 */
export function changesOfVerified(
  { request, response }: { readonly request: Request; readonly response: Response },
  connection: Connection,
  here: Here,
  now: Date,
): Changes | undefined {
  const changes = changesOfAccepted(request, response, connection, now);
  const isUpdate = request.type === "Update" && response.status === "SUCCESS";
  const { action } = decide(request, connection, now, here);
  if (!isUpdate || (action !== "update" && action !== "changeRole")) return changes;
  const probe = { outcome: "unknown", reason: "not probed" } as const;
  const updated = { roleArn: request.properties?.RoleArn ?? "", probe };
  return { ...changes, ...update(connection, request, updated, now) };
}
