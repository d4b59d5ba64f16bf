/** What the page says about a connection, depending on its status: pure functions of what the API returned. */
import type { ConnectionRepresentation } from "../../schemas.js";
import { formatAccountId } from "./account-id.js";

type Connection = ConnectionRepresentation;

export type StepState = "done" | "now" | "next" | "failed";

export const STEPS = ["link", "stack", "role", "code", "connected"] as const;

/** A connection at a glance; one with an `ending` has no steps left. */
export interface Summary {
  readonly title: string;
  readonly lead: string;
  readonly ending?: { readonly title: string; readonly text: string; readonly isBad: boolean };
}

/** Introduces the name of whoever gets access: the first thing to check, and after the end the first to know. */
export const GRANTED_TITLES: Readonly<Record<Connection["status"], string>> = {
  pending: "You are connecting to",
  awaited: "You are connecting to",
  connected: "Connected to",
  unreachable: "Connected to",
  unsafe: "Connected to",
  disconnected: "Was connected to",
  expired: "The link was for",
  cancelled: "The link was for",
};

/** Follows the reason, which says what to do. The health check probes such a role every hour, and one that is denied, after three days, every day. */
const MENDED =
  "Once that is mended, the connection works again within about an hour, or within a day if it has been broken for more than three.";

/** Longer than creating the stack takes. */
const PATIENCE_MILLISECONDS = 90_000;

/** Whether something can still change without the customer starting over. */
export function isOngoing({ status, confirmation }: Connection): boolean {
  return (
    status === "pending" || status === "awaited" || (status === "connected" && confirmation === "required")
  );
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
  { status, reason, confirmation }: Connection,
  setting: "none" | "code",
): Record<(typeof STEPS)[number], StepState | undefined> {
  const isConnected = status === "connected";
  const hasCode = confirmation !== undefined || setting === "code";
  const needsCode = confirmation === "required";
  return {
    link: "done",
    stack: isConnected ? "done" : reason ? "failed" : "now",
    role: isConnected ? "done" : "next",
    code: hasCode ? (!isConnected ? "next" : needsCode ? "now" : "done") : undefined,
    connected: isConnected && !needsCode ? "done" : "next",
  };
}

export function summaryOf(connection: Connection): Summary {
  const { status, reason, confirmation, expiresAt, statusChangedAt, grantedTo } = connection;
  const when = formatTime(statusChangedAt);
  switch (status) {
    case "pending":
      return {
        title: reason ? "Not connected yet" : "Your link is ready",
        lead: reason
          ? "See below what went wrong, and try again."
          : "There is one step left, in the AWS console.",
      };
    case "awaited":
      return {
        title: "The role is not there yet",
        lead: "The account belongs to a connected organization, and its role is looked for again and again.",
      };
    case "connected":
      return confirmation === "required"
        ? { title: "Almost connected", lead: "The role works. Now confirm that this connection is yours." }
        : {
            title: "Your account is connected",
            lead: `${grantedTo} can use the role now. You can close this page.`,
          };
    case "expired":
      return ended("This link has expired", "No account was connected with it.", {
        title: `It was valid until ${formatTime(expiresAt)}`,
        text: "Links expire so that a forgotten one cannot be used. If a stack failed, you can delete it. Create a new link to connect.",
        isBad: false,
      });
    case "cancelled":
      return ended("This link was cancelled", "No account was connected with it.", {
        title: `Cancelled on ${when}`,
        text: "Nobody can connect an account with it any more. If you have already created a stack with it, the stack fails and CloudFormation rolls it back.",
        isBad: false,
      });
    case "disconnected":
      return ended("This connection has ended", `${grantedTo} no longer has access through it.`, {
        title: `Disconnected on ${when}`,
        text: endedText(connection),
        isBad: false,
      });
    case "unreachable":
      return ended("The role no longer works", `${grantedTo} cannot use it at the moment.`, {
        title: `Noticed on ${when}`,
        text: MENDED,
        isBad: true,
      });
    case "unsafe":
      return ended(
        "The role is not safe",
        "It was changed in a way that could let others use it through us.",
        {
          title: `Noticed on ${when}`,
          text: MENDED,
          isBad: true,
        },
      );
  }
}

function endedText({ endedBy = "customer", grantedTo }: Connection): string {
  return endedBy === "customer"
    ? "The stack was deleted or moved to another link. Create a new link to connect again."
    : `${grantedTo} ended it. If the stack still exists, delete it: that removes the role, too. Create a new link to connect again.`;
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
  if (openedAt === undefined) return "This page updates by itself as soon as your stack is there.";
  return now - openedAt < PATIENCE_MILLISECONDS
    ? "Waiting for your stack. It takes about a minute; this page updates by itself."
    : `Nothing has arrived yet. If the stack failed, its events in the AWS console show why. “Not authorized to perform: sns:Publish” has one of two causes: the stack is in an account other than ${formatAccountId(accountId)}, or whoever created it may not publish to our topic. See “What you need in AWS” below.`;
}

/** Who can do what with the page's address. */
export function sharingText({ accountId }: Connection, auth: "jwt" | "none"): string {
  const account = formatAccountId(accountId);
  return auth === "jwt"
    ? `Sign in on the other device and open this page's address there. Or give the link to the AWS console to whoever manages the account ${account}: it connects only this account, and only once.`
    : `Anyone who has this page's address can see this connection and cancel its link, so share it only with people you trust. The link connects only the account ${account}, and only once; creating the stack takes permission to do so in that account.`;
}

export function formatTime(time: string): string {
  return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}
