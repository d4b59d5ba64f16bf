/**
 * What happened to a connection and what to do next, in sentences: a pure function of its record, its history and what waits
 * in the dead-letter queues.
 */

import { accountOf } from "../functions/aws/arn.js";
import {
  type Connection,
  type CurrentStatus,
  currentStatus,
  isConnected,
} from "../functions/domain/connection.js";
import type { HistoryEntry } from "../functions/domain/history.js";
import type { DeadLetter } from "./dead-letter-queues.js";

/** The answer to "why?". */
export interface Explanation {
  readonly externalId: string;
  readonly accountId: string;
  readonly status: CurrentStatus;
  /** What happened, the oldest first. */
  readonly scenario: readonly { readonly at: string; readonly sentence: string }[];
  /** Where it stands now, and why. */
  readonly now: string;
  /** What to do, and who has to. */
  readonly next: string;
}

/** A stack that goes so soon after it connected was rolled back by CloudFormation: nobody deletes one that fast. */
const ROLLED_BACK_MILLISECONDS = 15 * 60 * 1000;

/** @param letters those of the connection's region; which of them are its own is found out here */
export function explain(
  connection: Connection,
  history: readonly HistoryEntry[],
  letters: readonly DeadLetter[],
  now: Date,
): Explanation {
  const { externalId, accountId } = connection;
  const own = letters.filter((letter) => concerns(letter, connection));
  const scenario = [
    ...history.map((entry) => ({ at: entry.at, sentence: sentenceOf(entry) })),
    ...own.map((letter) => ({
      at: letter.publishedAt,
      sentence: `A ${letter.type} of the stack ${letter.stackId} was published; it waits in the queue ${letter.queue}.`,
    })),
  ].sort((one, other) => one.at.localeCompare(other.at));
  const status = currentStatus(connection, now);
  return { externalId, accountId, status, scenario, ...conclude(connection, status, history, own) };
}

function concerns({ externalId, stackId }: DeadLetter, connection: Connection): boolean {
  if (externalId !== undefined) return externalId === connection.externalId;
  return stackId === connection.stackId || connection.openStackIds?.includes(stackId) === true;
}

type Conclusion = Pick<Explanation, "now" | "next">;

function conclude(
  connection: Connection,
  status: CurrentStatus,
  history: readonly HistoryEntry[],
  letters: readonly DeadLetter[],
): Conclusion {
  const [letter] = letters;
  if (letter) return waiting(letter, connection);
  switch (status) {
    case "pending":
    case "expired":
      return notConnected(connection, status);
    case "connected":
      return connectedNow(connection);
    case "unreachable":
    case "unsafe":
      return {
        now: `It is ${status}, since ${connection.statusChangedAt}. ${connection.reason ?? ""}`.trim(),
        next: `Tell the customer. After the role was mended: npm run connections -- probe ${connection.externalId}.`,
      };
    case "disconnected":
      return ended(connection, history);
    case "cancelled":
      return {
        now: `The link was cancelled${connection.endedAt ? ` at ${connection.endedAt}` : ""}, before anything connected with it.`,
        next: "Make a new link if the customer still wants to connect.",
      };
  }
}

/** Something of ours failed; nothing else matters before that is dealt with. */
function waiting({ type, stackId, queue, verified }: DeadLetter, connection: Connection): Conclusion {
  const redrive = `Run npm run connections -- redrive --region ${connection.region}.`;
  if (verified) {
    return {
      now: `A ${type} of the stack ${stackId} was answered and could not be written, because of a fault on our side: the record still says ${connection.status}.`,
      next: redrive,
    };
  }
  if (type === "Create" && isConnected(connection) && stackId === connection.stackId) {
    return {
      now: `The role works and the record says ${connection.status}, but the answer did not reach CloudFormation: the stack ${stackId} waits for it. The request is in the queue ${queue}.`,
      next: `${redrive} The response URL is good for two hours after the request; later the stack has rolled back, and the customer needs a new link.`,
    };
  }
  return {
    now: `A ${type} of the stack ${stackId} could not be handled, because of a fault on our side. It is in the queue ${queue}, and the customer's stack waits for an answer.`,
    next: `${redrive} What it says of the request is what to tell the customer.`,
  };
}

function notConnected(connection: Connection, status: "pending" | "expired"): Conclusion {
  const { accountId, region, expiresAt, reason, attempts, openStackIds, deletedStacks } = connection;
  const touched =
    attempts !== undefined || reason !== undefined || openStackIds?.length || deletedStacks?.length;
  const again =
    status === "expired"
      ? "The link has expired: make a new one."
      : `The link is good until ${expiresAt}; after that the customer needs a new one.`;
  if (reason !== undefined) {
    return {
      now: `The last attempt failed, and CloudFormation showed the customer why: ${reason}`,
      next: again,
    };
  }
  if (deletedStacks?.length) {
    return {
      now: "A stack was created with the link and went again before it connected: it was deleted or rolled back, and its request came too late or not at all.",
      next: `Ask the customer for the stack's events in CloudFormation. ${again}`,
    };
  }
  if (touched) {
    return {
      now: "A stack reported, and nothing came of it: a fault on our side, or the time was up.",
      next: `Look into the receiver's log of ${region}. The customer deletes the stack and opens the link again. ${again}`,
    };
  }
  return {
    now:
      status === "expired"
        ? `No stack ever reported: the link was not used before it expired at ${expiresAt}, or the stack failed before it came to that.`
        : "No stack has reported yet: the link was not opened, or the stack was not created, or it is being created.",
    next: `Ask the customer whether the stack exists in the account ${accountId} and ${region}, and what its events say. ${again}`,
  };
}

function connectedNow({ confirmation, verifiedAt, externalId }: Connection): Conclusion {
  if (confirmation === "required") {
    return {
      now: "It is connected and not confirmed: the tenant has not entered the code that the customer's stack shows among its outputs.",
      next: "Ask the tenant to enter it. Until then nobody gets credentials.",
    };
  }
  return {
    now: `It is connected; the role was last found in order at ${verifiedAt ?? "no time"}.`,
    next: `Nothing. To look at the role now: npm run connections -- probe ${externalId}.`,
  };
}

function ended(connection: Connection, history: readonly HistoryEntry[]): Conclusion {
  const { stackId, connectedAt, endedAt = "", accountId } = connection;
  const lived = new Date(endedAt).getTime() - new Date(connectedAt ?? 0).getTime();
  const updated = history.some(({ event }) => event === "updated");
  if (lived < ROLLED_BACK_MILLISECONDS && !updated) {
    return {
      now: `It connected at ${connectedAt}, and the stack ${stackId} went at ${endedAt}, so soon that CloudFormation has rolled it back: our answer got lost or came too late. (Or somebody deleted it at once.)`,
      next: `The stack's events in the account ${accountId} say which. Make a new link, and have it opened again.`,
    };
  }
  return {
    now: `The customer deleted the stack ${stackId}, or moved it to another link, at ${endedAt}. That ended the access.`,
    next: "Nothing. If it was a mistake, make a new link.",
  };
}

function sentenceOf(entry: HistoryEntry): string {
  const { event, stackId, reason, tenant, templateVersion, roleArn, requestId } = entry;
  const stack = stackId === undefined ? "A stack" : `The stack ${stackId}`;
  switch (event) {
    case "linkCreated":
      return `A link was made for the AWS account ${entry.accountId}${tenant ? ` and the tenant ${tenant}` : ""}.`;
    case "attempted":
      return "A stack reported its role, which was about to be probed.";
    case "failed":
      return `${stackId ? `${stack} (account ${accountOf(stackId)})` : stack} reported and was answered FAILED: ${reason}`;
    case "connected":
      return `${stack} connected with the role ${roleArn} (template ${templateVersion}, request ${requestId}).`;
    case "rolledBack":
      return `${stack} was taken back: CloudFormation refused the answer to the request ${requestId}.`;
    case "updated":
      return `${stack} was updated (template ${templateVersion}, request ${requestId}).`;
    case "unreachable":
      return `A probe found the role out of reach: ${reason}`;
    case "unsafe":
      return `A probe found the role unsafe: ${reason}`;
    case "recovered":
      return "A probe found the role in order again.";
    case "confirmed":
      return "The tenant confirmed the connection.";
    case "stackDeleted":
      return `${stack} is gone; it was not connected.`;
    case "disconnected":
      return `${stack} reported its end. The connection ended.`;
    case "cancelled":
      return "The link was cancelled.";
    case "removed":
      return "The record was removed.";
  }
}
