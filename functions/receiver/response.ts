/** The response to CloudFormation. */
import type { CloudFormationCustomResourceResponse } from "aws-lambda";
import type { Connection } from "../domain/connection.js";
import { FAILED_PHYSICAL_ID, physicalIdOf } from "../domain/physical-id.js";
import { isConnectedStack, isSameStack } from "../domain/stacks.js";
import type { SafeRole } from "../domain/transitions.js";
import { confirmationData } from "./confirmation.js";
import type { Request } from "./request.js";
import type { ResponseKey } from "./response-url.js";

export interface Success {
  readonly status: "SUCCESS";
  readonly physicalResourceId: string;
  /** What the template can read with Fn::GetAtt. */
  readonly data?: Readonly<Record<string, string>>;
  /** What was found safe for a request that connects. It is not sent. */
  readonly role?: SafeRole;
}

export type Response =
  | Success
  | {
      readonly status: "FAILED";
      readonly physicalResourceId: string;
      /** Tells the customer what is wrong and what to do. */
      readonly reason: string;
    };

/** CloudFormation accepts no longer response. */
const MAX_BYTES = 4096;

/**
 * @param connection undefined where there is none, or it could not be read. No other stack than its own ever learns anything of it: whoever
 * knows an external ID can have CloudFormation send a genuine request that names it
 */
export function success(request: Request, connection: Connection | undefined): Success {
  const { type, properties, physicalResourceId } = request;
  const own = connection && isConnectedStack(request, connection) ? connection : undefined;
  // The stack of a connection that the vendor ended goes back to what it was, and its StackSet with it.
  const known = connection && isSameStack(request, connection) ? connection : undefined;
  // A Delete must not change the ID, and a resource without our properties keeps the one it has.
  const kept = type === "Delete" || !properties ? physicalResourceId : undefined;
  return {
    status: "SUCCESS",
    physicalResourceId: kept ?? physicalIdOf(properties?.ExternalID ?? ""),
    ...(type !== "Delete" && { data: { ...confirmationData(own), ...organizationData(known) } }),
  };
}

/** Where the StackSet of an organization's template deploys to, and in whose name. Nothing for the template of one account. */
function organizationData({ rootId, callAs }: Partial<Connection> = {}): Record<string, string> {
  return rootId === undefined || callAs === undefined ? {} : { RootId: rootId, CallAs: callAs };
}

export function failure({ physicalResourceId = FAILED_PHYSICAL_ID }: Request, reason: string): Response {
  return { status: "FAILED", reason, physicalResourceId };
}

/** The response as JSON, of at most 4096 bytes: a reason that is too long is cut. */
export function serialize(key: ResponseKey, response: Response): string {
  const whole = toJson(key, response);
  if (response.status === "SUCCESS" || fits(whole)) return whole;
  // By what a reader sees as one character, so that none is cut in two.
  const characters = Array.from(new Intl.Segmenter().segment(response.reason), ({ segment }) => segment);
  const cut = (length: number) =>
    toJson(key, { ...response, reason: `${characters.slice(0, length).join("")}…` });
  let length = 0;
  for (let step = characters.length; step > 0; step = Math.floor(step / 2)) {
    while (length + step <= characters.length && fits(cut(length + step))) length += step;
  }
  return cut(length);
}

function toJson({ stackId, logicalResourceId, requestId }: ResponseKey, response: Response): string {
  const common = {
    PhysicalResourceId: response.physicalResourceId,
    StackId: stackId,
    LogicalResourceId: logicalResourceId,
    RequestId: requestId,
  };
  const body: CloudFormationCustomResourceResponse =
    response.status === "FAILED"
      ? { Status: "FAILED", Reason: response.reason, ...common }
      : { Status: "SUCCESS", ...common, ...(response.data && { Data: response.data }) };
  return JSON.stringify(body);
}

function fits(body: string): boolean {
  return Buffer.byteLength(body) <= MAX_BYTES;
}
