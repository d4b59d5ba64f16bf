/** What follows from a response that CloudFormation's bucket accepted: the request was genuine, and CloudFormation knows the response. */
import type { Changes, Connection } from "../domain/connection.js";
import { accept, deleteStack, fail, retry } from "../domain/transitions.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

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
  return retry(connection, request) ?? accept(connection, request, now);
}
