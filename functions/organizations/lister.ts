/**
 * Keeps the members of a region's organizations as AWS lists them. The table says what is due and how far everything is, so a run that ends
 * early loses nothing: the next one does the rest.
 *
 * A run claims an organization by putting off when it is due; whoever dies leaves it due again once that is over. Each record is changed on
 * the condition that it is what was read, so that two runs at once do no harm either.
 */
import type { OpenOrganization } from "../aws/organizations.js";
import { type Changes, type Connection, isConnected, isEnded } from "../domain/connection.js";
import { type ConnectionRepository, SupersededError } from "../domain/connection-repository.js";
import type { Due } from "../domain/due.js";
import { end } from "../domain/ending.js";
import { isListable } from "../domain/organization.js";
import { heldEnds, ORGANIZATION_ENDED } from "../domain/sentences.js";
import type { Deadline } from "../runtime/deadline.js";
import { forEach } from "../runtime/worker-pool.js";
import { type Applied, applyPlan } from "./apply.js";
import { reconcile } from "./reconcile.js";
import { isSettling, summaryOf } from "./summary.js";
import { type Survey, survey } from "./survey.js";

/** Told of what happens, for log and metrics. */
export interface Telemetry {
  listed(organization: Connection, result: Listed): void;
  /** A member was not written. It is tried again with the next listing. */
  error(externalId: string, error: unknown): void;
}

/** What a run made of one organization. */
export interface Listed {
  readonly accounts: number;
  readonly complete: boolean;
  readonly joined: number;
  readonly ended: number;
  readonly held: number;
  readonly problem?: string | undefined;
  readonly error?: unknown;
}

/** Everything that the lister reaches outside itself. */
export interface Dependencies {
  readonly connections: ConnectionRepository;
  /** The organizations that are due at a time, the longest due first. */
  readonly due: (now: Date) => AsyncIterable<Due>;
  readonly open: OpenOrganization;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
  readonly settings: Settings;
}

export interface Settings {
  readonly maxMembers: number;
  /** How long after a listing the next one is due, in minutes. */
  readonly listingMinutes: number;
  readonly customerRolePath: string;
}

const MINUTE = 60_000;

/** Longer than a run can last. */
const CLAIM_MILLISECONDS = 6 * MINUTE;

/** With less time a run begins with no further organization: a listing that breaks off is of little use. */
const MIN_MILLISECONDS = 150_000;

/** What AWS says has to be written, too. */
const WRITING_MILLISECONDS = 60_000;

/** While roles are on their way, StackSets are asked each minute, and for accounts so often, in minutes. */
const SETTLING_LISTING_MINUTES = 5;

/** What AWS did not answer is asked again so soon. */
const RETRY_MINUTES = 5;

/** The rule runs each minute, give or take some seconds: what is due then must not be due just after. */
const SLACK_MILLISECONDS = 15_000;

export class Lister {
  constructor(private readonly dependencies: Dependencies) {}

  /** @param deadline when the run has to be over */
  async listDue(deadline: Deadline): Promise<void> {
    const { due, telemetry, now } = this.dependencies;
    const hasTime = () => deadline.left > MIN_MILLISECONDS;
    await forEach(due(now()), { concurrency: 1, hasTime }, async ({ externalId }) => {
      // One that fails is due again when its claim is over, and must not keep the others from being listed.
      await this.list(externalId, deadline).catch((error: unknown) => telemetry.error(externalId, error));
    });
  }

  private async list(externalId: string, deadline: Deadline): Promise<void> {
    const { connections, now } = this.dependencies;
    const found = await connections.get(externalId);
    const isDue = found?.nextListingAt !== undefined && new Date(found.nextListingAt) <= now();
    if (!found || !isDue) return;
    if (!isEnded(found) && !isListable(found)) return this.postpone(found);
    const claimed = await this.claim(found);
    if (!claimed) return;
    const members = new Map<string, Connection>();
    for await (const member of connections.membersOf(externalId)) members.set(member.accountId, member);
    if (isEnded(claimed)) await this.endMembers(claimed, members, deadline);
    else await this.update(claimed, members, deadline);
  }

  /** The organization is no longer due, and nobody else's. @returns undefined where somebody else was faster */
  private async claim(organization: Connection): Promise<Connection | undefined> {
    try {
      return await this.dependencies.connections.update(organization, {
        nextListingAt: this.inMilliseconds(CLAIM_MILLISECONDS),
      });
    } catch (error) {
      if (error instanceof SupersededError) return undefined;
      throw error;
    }
  }

  /** It is not proven yet: that takes minutes. Whoever confirms it says so, and so does whoever connects a link that was rolled back. */
  private async postpone(organization: Connection): Promise<void> {
    const { connections, now } = this.dependencies;
    await connections.change(organization, (latest) => {
      if (isEnded(latest) || isListable(latest)) return undefined;
      const isProvenSoon = isConnected(latest) && latest.confirmation !== "required";
      const wait = latest.status === "unsafe" ? this.dependencies.settings.listingMinutes : 1;
      return { nextListingAt: isProvenSoon ? inMinutes(wait, now()) : undefined };
    });
  }

  private async endMembers(
    organization: Connection,
    members: Map<string, Connection>,
    deadline: Deadline,
  ): Promise<void> {
    const { telemetry, now } = this.dependencies;
    const plan = {
      joining: [],
      changing: [...members.values()].filter((member) => !isEnded(member)),
      changesOf: (latest: Connection) =>
        isEnded(latest) ? undefined : end(latest, { by: "organization", reason: ORGANIZATION_ENDED }, now()),
    };
    const applied = await this.apply(plan, members, deadline);
    telemetry.listed(organization, { accounts: 0, complete: true, joined: 0, ended: applied.ended, held: 0 });
    // A run that began before the end may still be adding members.
    const endedAt = new Date(organization.endedAt ?? 0).getTime();
    const isOver = applied.complete && now().getTime() - endedAt > CLAIM_MILLISECONDS;
    await this.write(organization, () => ({
      ...summaryOf([...members.values()]),
      nextListingAt: isOver ? undefined : this.inMilliseconds(applied.complete ? CLAIM_MILLISECONDS : 0),
    }));
  }

  private async update(
    organization: Connection,
    members: Map<string, Connection>,
    deadline: Deadline,
  ): Promise<void> {
    const { open, telemetry, now, settings } = this.dependencies;
    const startedAt = now();
    const wanted = wantedOf(organization, [...members.values()], startedAt);
    const found = await survey(organization, wanted, open, deadline.before(WRITING_MILLISECONDS));
    const plan = reconcile(organization, members, found.listing, { ...settings, now: startedAt });
    const applied = await this.apply(plan, members, deadline);
    const problem =
      found.problem ??
      plan.problem ??
      (plan.heldEnds > 0 ? heldEnds(plan.heldEnds, plan.members) : undefined);
    telemetry.listed(organization, {
      accounts: found.listing.accounts.size,
      complete: found.listing.complete,
      joined: applied.joined,
      ended: applied.ended,
      held: plan.heldEnds,
      problem,
      error: found.error,
    });
    await this.write(organization, (latest) => {
      // Somebody has confirmed what this run still held, or the accounts were not wanted.
      const isHeldKnown = found.listing.complete && latest.confirmedEnds === organization.confirmedEnds;
      return {
        ...summaryOf([...members.values()]),
        ...(found.listing.complete && {
          listedAt: startedAt.toISOString(),
          listings: (latest.listings ?? 0) + 1,
        }),
        ...(isHeldKnown && {
          heldEnds: plan.heldEnds > 0 ? plan.heldEnds : undefined,
          ...(applied.complete && { confirmedEnds: undefined }),
        }),
        ...((wanted.accounts || found.problem !== undefined) && { listingProblem: problem }),
        nextListingAt: inMinutes(this.minutesAfter(found, applied, [...members.values()]), startedAt),
      };
    });
  }

  /** How long after the beginning of a run the next one is due. */
  private minutesAfter({ problem, error }: Survey, applied: Applied, members: readonly Connection[]): number {
    if (!applied.complete) return 0;
    if (error !== undefined) return RETRY_MINUTES;
    const { now, settings } = this.dependencies;
    return problem === undefined && isSettling(members, now()) ? 1 : settings.listingMinutes;
  }

  private apply(
    plan: Parameters<typeof applyPlan>[0],
    members: Map<string, Connection>,
    deadline: Deadline,
  ): Promise<Applied> {
    const { connections, telemetry } = this.dependencies;
    return applyPlan(plan, members, { connections, deadline, failed: telemetry.error });
  }

  /** Ends the claim, unless somebody else has said meanwhile when the organization is due. */
  private async write(claimed: Connection, changesOf: (latest: Connection) => Changes): Promise<void> {
    await this.dependencies.connections.change(claimed, (latest) => {
      const { nextListingAt, ...others } = changesOf(latest);
      return { ...others, ...(latest.nextListingAt === claimed.nextListingAt && { nextListingAt }) };
    });
  }

  private inMilliseconds(milliseconds: number): string {
    return new Date(this.dependencies.now().getTime() + milliseconds).toISOString();
  }
}

function inMinutes(minutes: number, time: Date): string {
  return new Date(time.getTime() + minutes * MINUTE - SLACK_MILLISECONDS).toISOString();
}

/** A listing is a call for 20 accounts: while roles are on their way, it is not made each minute, unless somebody asks for it. */
function wantedOf(organization: Connection, members: readonly Connection[], now: Date) {
  const { listedAt, listingRequestedAt } = organization;
  const isDue =
    listedAt === undefined ||
    (listingRequestedAt !== undefined && listingRequestedAt > listedAt) ||
    inMinutes(SETTLING_LISTING_MINUTES, new Date(listedAt)) <= now.toISOString();
  const accounts = isDue || !isSettling(members, now);
  return { accounts, instances: accounts || members.some(({ status }) => status === "awaited") };
}
