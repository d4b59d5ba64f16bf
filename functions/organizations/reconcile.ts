/**
 * Compares the accounts of an organization, as AWS lists them, with its members: a pure function of what was read.
 *
 * Only a listing that was walked to its last page says anything of an account that it lacks: incomplete is not empty.
 */
import type { ListedAccount, StackInstance } from "../aws/organizations.js";
import { type Changes, type Connection, isEnded } from "../domain/connection.js";
import { newMember } from "../domain/organization.js";
import { plain } from "../domain/plain-text.js";
import { tooManyMembers } from "../domain/sentences.js";
import { isMissingForLong, memberAfterListing, progressOf } from "./member-changes.js";

/** What AWS says of an organization. */
export interface Listing {
  /** By account ID. */
  readonly accounts: ReadonlyMap<string, ListedAccount>;
  /** Whether it was walked to its last page. */
  readonly complete: boolean;
  /** What StackSets did in each account, by account ID; undefined where that is not known. */
  readonly instances: ReadonlyMap<string, StackInstance> | undefined;
  readonly managementAccountId: string;
}

export interface Rules {
  readonly now: Date;
  readonly maxMembers: number;
  /** The path of the roles that customers create, with a slash at both ends. */
  readonly customerRolePath: string;
}

/** What is to be done. */
export interface Plan {
  /** Accounts that have no record yet. */
  readonly joining: readonly Connection[];
  /** Members whose record is to change. */
  readonly changing: readonly Connection[];
  /** What becomes of one of them, by its latest record: somebody else may have changed it since it was read. */
  readonly changesOf: (latest: Connection) => Changes | undefined;
  /** How many members the listing would end, and may not. */
  readonly heldEnds: number;
  /** How many members had not ended before. */
  readonly members: number;
  /** Why not all accounts can be members. */
  readonly problem: string | undefined;
}

/** A listing that would end more than so many members, and more than such a share of them, ends none by itself. */
const BRAKE = { members: 10, share: 0.2 };

export function reconcile(
  organization: Connection,
  members: ReadonlyMap<string, Connection>,
  listing: Listing,
  { now, maxMembers, customerRolePath }: Rules,
): Plan {
  const living = [...members.values()].filter((member) => !isEnded(member));
  const active = [...listing.accounts.values()].filter(({ state }) => state === "ACTIVE");
  const newcomers = active.filter(({ accountId }) => isOpenTo(members.get(accountId)));
  const admitted = newcomers.slice(0, Math.max(0, maxMembers - living.length));
  const returning = new Set(admitted.map(({ accountId }) => accountId));

  const ends = listing.complete
    ? living.filter((member) => isMissingForLong(member, listing.accounts.get(member.accountId), now)).length
    : 0;
  const isHeld =
    ends > BRAKE.members && ends > BRAKE.share * living.length && ends > (organization.confirmedEnds ?? 0);

  const changesOf = (latest: Connection) => {
    const { accountId } = latest;
    return memberAfterListing(latest, {
      account: listing.accounts.get(accountId),
      progress: progressOf(accountId, listing),
      isComplete: listing.complete,
      mayEnd: !isHeld,
      mayReturn: returning.has(accountId),
      now,
    });
  };
  const joining = admitted
    .filter(({ accountId }) => !members.has(accountId))
    .map(({ accountId, name }) => {
      const member = newMember(organization, { accountId, accountName: plain(name), customerRolePath }, now);
      return { ...member, ...progressOf(accountId, listing) };
    });
  return {
    joining,
    changing: [...members.values()].filter((member) => changesOf(member) !== undefined),
    changesOf,
    heldEnds: isHeld ? ends : 0,
    members: living.length,
    problem: admitted.length < newcomers.length ? tooManyMembers(maxMembers, active.length) : undefined,
  };
}

/** Whether an account can become a member: it never was one, or it left the organization. Whom somebody else ended stays ended. */
function isOpenTo(member: Connection | undefined): boolean {
  return member === undefined || (member.status === "disconnected" && member.endedBy === "organization");
}
