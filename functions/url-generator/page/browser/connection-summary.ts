/** What the page says about a connection, depending on its status: pure functions of what the API returned. */
import type { ConnectionRepresentation } from "../../schemas.js";
import { formatAccountId } from "./account-id.js";
import { formatTime, text } from "./texts.js";

type Connection = ConnectionRepresentation;

export type StepState = "done" | "now" | "next" | "failed";

export const STEPS = ["link", "stack", "role", "code", "connected"] as const;

/** A connection at a glance; one with an `ending` has no steps left. */
export interface Summary {
  readonly title: string;
  readonly lead: string;
  readonly ending?: { readonly title: string; readonly text: string; readonly isBad: boolean };
}

const GRANTED_TITLES = {
  pending: "grantedPending",
  awaited: "grantedPending",
  connected: "grantedConnected",
  unreachable: "grantedConnected",
  unsafe: "grantedConnected",
  disconnected: "grantedDisconnected",
  expired: "grantedNever",
  cancelled: "grantedNever",
} as const satisfies Readonly<Record<Connection["status"], string>>;

/** Introduces the name of whoever gets access: the first thing to check, and after the end the first to know. */
export function grantedTitle(status: Connection["status"]): string {
  return text(GRANTED_TITLES[status]);
}

/** Longer than creating the stack takes. */
const PATIENCE_MILLISECONDS = 90_000;

/** Whether something can still change without the customer starting over. */
export function isOngoing({ status, confirmation }: Connection): boolean {
  return (
    status === "pending" || status === "awaited" || (status === "connected" && confirmation === "required")
  );
}

/** Whether to look again: something can still change, or a stack be updated. */
export function isFollowed(connection: Connection): boolean {
  // An organization's accounts come and go.
  const isWhole = connection.kind === "organization" && connection.status === "connected";
  return isOngoing(connection) || connection.update !== undefined || isWhole;
}

/** Whether only a new link leads on: one for the same account and region, most likely. */
export function isOver({ status }: Connection): boolean {
  return status !== "pending" && status !== "awaited" && status !== "connected";
}

/**
 * @param setting whether new connections have to be confirmed with a code; before an account connects, only this tells
 * @returns the state of each step; undefined for one that this connection does not have
 */
export function stepStates(
  { status, method, reason, confirmation }: Connection,
  setting: "none" | "code",
): Record<(typeof STEPS)[number], StepState | undefined> {
  const isConnected = status === "connected";
  const hasCode = confirmation !== undefined || setting === "code";
  const needsCode = confirmation === "required";
  const stack = isConnected ? "done" : reason ? "failed" : "now";
  // There is no link, and the role's ID is named with the role, in place of a code.
  if (method) {
    const connected = isConnected ? "done" : "next";
    return { link: undefined, stack, role: undefined, code: undefined, connected };
  }
  return {
    link: "done",
    stack,
    role: isConnected ? "done" : "next",
    code: hasCode ? (!isConnected ? "next" : needsCode ? "now" : "done") : undefined,
    connected: isConnected && !needsCode ? "done" : "next",
  };
}

export function summaryOf(connection: Connection): Summary {
  const { status, kind, method, reason, confirmation, expiresAt, statusChangedAt, grantedTo } = connection;
  const isWhole = kind === "organization";
  const time = formatTime(statusChangedAt);
  switch (status) {
    case "pending":
      return reason
        ? { title: text("retryTitle"), lead: text("retryLead") }
        : {
            title: text(method ? "rolePendingTitle" : "pendingTitle"),
            lead: text(method ? "rolePendingLead" : "pendingLead"),
          };
    case "awaited":
      return { title: text("awaitedTitle"), lead: text("awaitedLead") };
    case "connected":
      return confirmation === "required"
        ? { title: text("almostTitle"), lead: text("almostLead") }
        : {
            title: text(isWhole ? "organizationTitle" : "connectedTitle"),
            lead: text(isWhole ? "organizationLead" : "connectedLead", { grantedTo }),
          };
    case "expired":
      return ended(text(method ? "roleOverTitle" : "expiredTitle"), text("neverConnected"), {
        title: text("expiredAt", { time: formatTime(expiresAt) }),
        text: text(method ? "roleOverText" : "expiredText"),
        isBad: false,
      });
    case "cancelled":
      return ended(text(method ? "roleOverTitle" : "cancelledTitle"), text("neverConnected"), {
        title: text("cancelledAt", { time }),
        text: text(method ? "roleOverText" : "cancelledText"),
        isBad: false,
      });
    case "disconnected":
      return ended(text("disconnectedTitle"), text("disconnectedLead", { grantedTo }), {
        title: text("disconnectedAt", { time }),
        text: text(endingOf(connection), { grantedTo }),
        isBad: false,
      });
    // The reason follows, which says what to do. The health check probes such a role every hour, and one that is denied, after three
    // days, every day.
    case "unreachable":
      return ended(text("unreachableTitle"), text("unreachableLead", { grantedTo }), {
        title: text("noticedAt", { time }),
        text: text("onceMended"),
        isBad: true,
      });
    case "unsafe":
      return ended(text("unsafeTitle"), text("unsafeLead"), {
        title: text("noticedAt", { time }),
        text: text("onceMended"),
        isBad: true,
      });
  }
}

function endingOf({ method, endedBy = "customer" }: Connection) {
  if (method) return "roleEndedText";
  return endedBy === "customer" ? "endedByCustomer" : "endedByOther";
}

function ended(title: string, lead: string, ending: NonNullable<Summary["ending"]>): Summary {
  return { title, lead, ending };
}

/**
 * What the page says while it waits for the stack. A stack in the wrong account may not be able to tell us anything: after a
 * while, the customer has to look there.
 *
 * @param openedAt when the console was opened for this attempt, in milliseconds since 1970; undefined if it was not
 */
export function waitingText({ accountId }: Connection, openedAt: number | undefined, now: number): string {
  if (openedAt === undefined) return text("waitingIdle");
  return now - openedAt < PATIENCE_MILLISECONDS
    ? text("waiting")
    : text("waitingLong", { account: formatAccountId(accountId) });
}

/** Who can do what with the page's address. */
export function sharingText({ accountId }: Connection, auth: "jwt" | "none"): string {
  return text(auth === "jwt" ? "sharingSignedIn" : "sharingOpen", { account: formatAccountId(accountId) });
}

/** What the customer makes, and whether it is there. */
export function stackTitle({ status, method }: Connection): string {
  if (method) return text(status === "connected" ? "roleCreated" : "createRole");
  return text(status === "connected" ? "stackCreated" : "createStack");
}
