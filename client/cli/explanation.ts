/**
 * Explains a connection in plain sentences: what happened to it, where it stands, and what to do next. A pure function of the
 * record, its history and the messages in the dead-letter queues.
 */

import { type Connection, hasOwnRole, isConnected } from "../../functions/domain/connection.js";
import type { HistoryEntry } from "../../functions/domain/history.js";
import { lackedTemplate } from "../../functions/domain/later-template.js";
import { type CurrentStatus, currentStatus } from "../index.js";
import type { DeadLetter } from "./dead-letters.js";
import { historyInWords } from "./history-in-words.js";

export interface Explanation {
  readonly externalId: string;
  readonly accountId: string;
  readonly status: CurrentStatus;
  /** What happened, oldest first; the times are ISO 8601. */
  readonly timeline: readonly { readonly at: string; readonly text: string }[];
  /** Where the connection stands, and why. */
  readonly now: string;
  /** What to do, and who has to do it. */
  readonly next: string;
}

/** A stack that goes this soon after it connected was most likely rolled back by CloudFormation: people rarely delete one that fast. */
const ROLLED_BACK_MILLISECONDS = 15 * 60 * 1000;

/** @param deadLetters all of the region's: this picks out those that concern the connection */
export function explain(
  connection: Connection,
  history: readonly HistoryEntry[],
  deadLetters: readonly DeadLetter[],
  now: Date,
): Explanation {
  const { externalId, accountId } = connection;
  const own = deadLetters.filter((deadLetter) => concerns(deadLetter, connection));
  const timeline = [
    ...history.map((entry) => ({ at: entry.at, text: historyInWords(entry) })),
    ...own.map(({ publishedAt, type, stackId, queue }) => ({
      at: publishedAt,
      text: `The stack ${stackId} published a ${type}, which is now in the queue ${queue}.`,
    })),
  ].sort((one, other) => one.at.localeCompare(other.at));
  const status = currentStatus(connection, now);
  return { externalId, accountId, status, timeline, ...conclude(connection, status, history, own) };
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
  deadLetters: readonly DeadLetter[],
): Conclusion {
  const [deadLetter] = deadLetters;
  if (deadLetter) return waiting(deadLetter, connection);
  switch (status) {
    case "pending":
    case "expired":
      return notConnected(connection, status);
    case "connected":
      return connected(connection);
    case "unreachable":
    case "unsafe":
      return {
        now: `The connection has been ${status} since ${connection.statusChangedAt}. ${connection.reason ?? ""} ${willEnd(connection)}`.trim(),
        next: `Tell the customer. Once the role is repaired, run onboarding probe ${connection.externalId}.`,
      };
    case "disconnected":
      return disconnected(connection, history);
    case "awaited":
      return {
        now: `The account is in the organization's list, and its role was not found yet. ${connection.reason ?? ""}`.trim(),
        next: `Nothing, if the organization's stack was created within the last hour. Otherwise ask the customer what StackSets says of the account ${connection.accountId}.`,
      };
    case "cancelled":
      return {
        now: `The link was cancelled at ${connection.statusChangedAt}, before any stack connected with it.`,
        next: "Create a new link if the customer still wants to connect.",
      };
  }
}

/** A fault on the vendor's side: nothing else matters until it is dealt with. */
function waiting({ type, stackId, queue, verified }: DeadLetter, connection: Connection): Conclusion {
  const redrive = `Run onboarding redrive ${connection.region}.`;
  if (verified) {
    return {
      now: `A ${type} from the stack ${stackId} got its response, but a fault on our side kept it from being recorded: the record still says ${connection.status}.`,
      next: redrive,
    };
  }
  if (type === "Create" && isConnected(connection) && stackId === connection.stackId) {
    return {
      now: `The role works and the record says ${connection.status}, but the response did not reach CloudFormation, and the stack ${stackId} is waiting for it. The request is in the queue ${queue}.`,
      next: `${redrive} The response URL is valid for two hours after the request; by then the stack has rolled back, and the customer needs a new link.`,
    };
  }
  return {
    now: `A fault on our side kept a ${type} from the stack ${stackId} from being handled. It is in the queue ${queue}, and the customer's stack is waiting for a response.`,
    next: `${redrive} Tell the customer what it says about the request.`,
  };
}

function notConnected(connection: Connection, status: "pending" | "expired"): Conclusion {
  if (hasOwnRole(connection)) return roleNotNamed(connection, status);
  const { accountId, region, expiresAt, reason, attempts, refusals, openStackIds, deletedStacks } =
    connection;
  const wasUsed = attempts !== undefined || openStackIds?.length;
  const link =
    status === "expired"
      ? "The link has expired: create a new one."
      : `The link is valid until ${expiresAt}; after that the customer needs a new one.`;
  if (reason !== undefined) {
    return {
      now: `The last attempt failed, and CloudFormation showed the customer why: ${reason}`,
      next: link,
    };
  }
  if (refusals !== undefined) {
    return {
      now: `The responses to the last ${refusals} requests for the link were refused, so that CloudFormation did not send them: somebody who knows the external ID and may publish forges them. Nothing came of it.`,
      next: `Nothing is at risk. If the customer's own stack fails, create a new link. ${link}`,
    };
  }
  // It was given back: the request comes again.
  if (attempts === 0) {
    return {
      now: "A stack sent a request, and its role could not be assumed yet: AWS is slow at times. The request is delivered again after one minute, and once more after two.",
      next: `Wait for five minutes and ask again: then it is connected, or the reason is known. ${link}`,
    };
  }
  if (deletedStacks !== undefined) {
    return {
      now: "A stack was created with the link but was deleted or rolled back before it connected: its request came too late or not at all.",
      next: `Ask the customer for the stack's events in CloudFormation. ${link}`,
    };
  }
  if (wasUsed) {
    return {
      now: "A stack sent a request, but nothing came of it: there was a fault on our side, or the time ran out.",
      next: `Check the receiver's log in ${region}. The customer has to delete the stack${status === "expired" ? "" : " and open the link again"}. ${link}`,
    };
  }
  return {
    now:
      status === "expired"
        ? `No stack ever sent a request: the link was not used before it expired at ${expiresAt}, or the stack failed before it got that far.`
        : "No stack has sent a request yet: the link has not been opened, or the stack has not been created or is still being created. Or it failed before it got that far: in another account or region, without the right to publish to the topic, or without the permissions boundary that the account demands.",
    next: `Ask the customer whether the stack exists in ${region} in the account ${accountId}, and what its events say. ${link}`,
  };
}

/** Of a role that the customer makes: there is no stack, and nobody but its health check knows more. */
function roleNotNamed(connection: Connection, status: "pending" | "expired"): Conclusion {
  const { region, expiresAt, reason, attempts } = connection;
  const log = `The log of the health check in ${region} says what was found: denied, unsafe, or another ID.`;
  const next =
    status === "expired"
      ? "Create a new connection: this one takes no role any more."
      : `It takes a role until ${expiresAt}.`;
  if (reason !== undefined || attempts !== undefined) {
    return {
      now: `A role was named ${attempts ?? 0} times, and could not be verified.`,
      next: `${log} ${next}`,
    };
  }
  return { now: "No role has been named.", next };
}

function willEnd({ endsAt }: Connection): string {
  return endsAt === undefined
    ? ""
    : `It will be ended at ${endsAt}, unless the role can be assumed until then.`;
}

function connected(connection: Connection): Conclusion {
  const { confirmation, verifiedAt, externalId, deleteHeardAt, blockedSince } = connection;
  if (deleteHeardAt !== undefined) {
    return {
      now: `CloudFormation deleted the stack's resource at ${deleteHeardAt}. That was the end of the stack, or the clean-up after it was tried again: the health check probes the role to find out which.`,
      next: "Wait for a quarter of an hour: if the role is gone, the connection ends; otherwise it stays.",
    };
  }
  if (blockedSince !== undefined) {
    return {
      now: `The account is connected, but STS has refused to probe the role since ${blockedSince}: most likely it was deactivated in the customer's account for this region. The role was last verified at ${verifiedAt ?? "an unknown time"}.`,
      next: `Ask the customer to activate STS in this region, then run onboarding probe ${externalId}.`,
    };
  }
  if (confirmation === "required") {
    return {
      now: "The account is connected but not confirmed: the tenant has not entered the code shown in the customer's stack outputs.",
      next: "Ask the tenant to enter it. Until then nobody gets credentials.",
    };
  }
  const later = lackedTemplate(connection);
  if (later !== undefined) {
    return {
      now: `The account is connected. Its stack was made from the template ${connection.templateVersion}, and there is a later one, ${later}.`,
      next: "Send the customer the link that onboarding outdated prints, or to the onboarding page, which says what the update changes.",
    };
  }
  return {
    now: `The account is connected; the role was last verified at ${verifiedAt ?? "an unknown time"}.`,
    next: `Nothing. To verify the role now, run onboarding probe ${externalId}.`,
  };
}

function disconnected(connection: Connection, history: readonly HistoryEntry[]): Conclusion {
  const { stackId, connectedAt, endedAt = "", endedBy = "customer", endReason, accountId } = connection;
  if (endedBy !== "customer") {
    const isThere = stackId !== undefined && connection.openStackIds?.includes(stackId);
    return {
      now: `The ${endedBy} ended the connection at ${endedAt}. ${endReason ?? ""}`.trim(),
      next: isThere
        ? `The stack ${stackId} in the account ${accountId} was not deleted as far as is known: the customer can delete it for 180 days after the end.`
        : endedBy === "organization"
          ? "Nothing. If the account comes back to the organization, it is connected again."
          : "Nothing. If it was a mistake, create a new link.",
    };
  }
  const connectedFor = new Date(endedAt).getTime() - new Date(connectedAt ?? 0).getTime();
  const wasUpdated = history.some(({ event }) => event === "updated");
  if (connectedFor < ROLLED_BACK_MILLISECONDS && !wasUpdated) {
    return {
      now: `The account connected at ${connectedAt}, and the stack ${stackId} was gone at ${endedAt}, so soon that CloudFormation probably rolled it back: our response got lost or came too late. (Or somebody deleted it right away.)`,
      next: `The stack's events in the account ${accountId} show which. Create a new link and have the customer open it.`,
    };
  }
  return {
    now: `The customer deleted the stack ${stackId}, or moved it to another link, at ${endedAt}. That ended the access.`,
    next: "Nothing. If it was a mistake, create a new link.",
  };
}
