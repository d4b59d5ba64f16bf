/** An organization at AWS, its records in a table, and the lister between them, by a clock that nobody waits for. */
import assert from "node:assert/strict";
import {
  type AccountState,
  type CustomerOrganization,
  OrganizationsDeniedError,
  type StackInstance,
} from "../../../../functions/aws/organizations.js";
import { type Connection, isEnded } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { LISTER_ATTRIBUTES, NEW_MEMBER_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { type Listed, Lister } from "../../../../functions/organizations/lister.js";
import { attributesOf } from "../../../stand-ins/expressions.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { ACCOUNT, connected, EXTERNAL_ID, NOW } from "../../fixtures.js";
import { HastyClock, VirtualDeadline } from "../../virtual-time.js";

export const MINUTE = 60_000;
const PAGE = 20;
const INSTANCES_PAGE = 100;

export const idOf = (number: number) => String(100_000_000_000 + number);

/** As the receiver leaves it. */
const organization: Connection = {
  ...connected,
  kind: "organization",
  organizationId: "o-a1b2c3d4e5",
  rootId: "r-a1b2",
  callAs: "SELF",
  acceptedAt: "2026-03-01T11:30:00.000Z",
  nextListingAt: NOW.toISOString(),
};

/** The lister's process ended: none of its calls gets anywhere. */
class DeadError extends Error {}

/** Not the lister's fault. */
const named = (name: string) => Object.assign(new Error(name), { name });

export class OrganizationWorld {
  readonly clock = new HastyClock(NOW);
  readonly table = new TableStandIn();
  readonly accounts = new Map<string, AccountState>([[ACCOUNT, "ACTIVE"]]);
  readonly instances = new Map<string, StackInstance>();
  readonly runs: Listed[] = [];
  readonly errors: unknown[] = [];
  /** When AWS was called, and how. */
  readonly calls: [what: string, at: number][] = [];
  /** How many calls of the table, from now on, until the lister's process ends. */
  lifetime = Number.POSITIVE_INFINITY;
  /** What AWS says instead of an answer, by the number of the call. */
  fault: (call: number) => "denied" | "throttled" | "broken" | undefined = () => undefined;
  /** Called before each call of AWS. */
  onCall: () => unknown = () => {};
  /** Called before each call of the table. */
  onTable: (operation: string) => Promise<unknown> = async () => {};
  organizationId = organization.organizationId ?? "";
  maxMembers = 10_000;
  /** The members as the index has them, where it lags behind. */
  private indexed: Connection[] | undefined;

  constructor(changes: Partial<Connection> = {}) {
    this.table.put({ ...organization, ...changes });
    this.table.onWrite = (item) =>
      assert.ok(!JSON.stringify(item).includes("@"), "no e-mail address is kept");
  }

  get record(): Connection {
    return this.all.find(({ externalId }) => externalId === EXTERNAL_ID) ?? assert.fail();
  }

  get members(): Connection[] {
    return this.all.filter(({ kind }) => kind === "member");
  }

  get living(): Connection[] {
    return this.members.filter((member) => !isEnded(member));
  }

  memberOf(accountId: string): Connection {
    return this.members.find((member) => member.accountId === accountId) ?? assert.fail(`no ${accountId}`);
  }

  change(changes: Partial<Connection>, { externalId }: Pick<Connection, "externalId"> = this.record): void {
    const latest = this.all.find((one) => one.externalId === externalId) ?? assert.fail();
    this.table.put({ ...latest, ...changes, revision: latest.revision + 1 });
  }

  add(...numbers: readonly number[]): void {
    for (const number of numbers) this.accounts.set(idOf(number), "ACTIVE");
  }

  /** From now on the index has what the table has at this moment. */
  letIndexLag(): void {
    this.indexed = this.members;
  }

  letIndexCatchUp(): void {
    this.indexed = undefined;
  }

  /** What the rule runs each minute. @param milliseconds how long it may take */
  async run(milliseconds = 280_000): Promise<void> {
    const deadline = new VirtualDeadline(this.clock.now + milliseconds, this.clock);
    const { table, clock, runs, errors } = this;
    const lister = new Lister({
      connections: this.repository(),
      async *due(now) {
        for (const { externalId, nextListingAt } of table.items) {
          const dueAt = nextListingAt?.S;
          if (dueAt !== undefined && dueAt <= now.toISOString())
            yield { externalId: externalId?.S ?? "", dueAt };
        }
      },
      open: async (roleArn, externalId) => {
        assert.deepEqual([roleArn, externalId], [organization.roleArn, EXTERNAL_ID]);
        return this.session();
      },
      telemetry: {
        listed: (_organization, result) => void runs.push(result),
        error: (_externalId, error) => void errors.push(error),
      },
      now: () => new Date(clock.now),
      settings: { maxMembers: this.maxMembers, listingMinutes: 60, customerRolePath: "/onboarding/dev/" },
    });
    await lister
      .listDue(deadline)
      .catch((error: unknown) => assert.ok(error instanceof DeadError, String(error)));
  }

  /** A run each minute. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await this.run();
      this.clock.now = Math.ceil((this.clock.now + 1) / MINUTE) * MINUTE;
    }
  }

  private get all(): Connection[] {
    return Object.values(this.table.connections()) as unknown as Connection[];
  }

  private repository(): ConnectionRepository {
    const { table } = this;
    const world = this;
    const { handle } = table;
    const checked = Object.create(table, {
      handle: {
        value: (operation: string, input: Parameters<typeof handle>[1]) => {
          checkWrite(operation, input);
          return handle.call(table, operation, input);
        },
      },
    }) as TableStandIn;
    const client = checked.client(async (operation) => {
      if (--this.lifetime < 0) throw new DeadError();
      await this.onTable(operation);
    });
    return new (class extends ConnectionRepository {
      override async *membersOf(externalId: string) {
        yield* world.indexed ?? [];
        if (!world.indexed) yield* super.membersOf(externalId);
      }
    })(client, "onboarding-test");
  }

  private session(): CustomerOrganization {
    const call = async (what: string) => {
      this.onCall();
      this.calls.push([what, this.clock.now]);
      const fault = this.fault(this.calls.length);
      if (fault === "denied") throw new OrganizationsDeniedError("no");
      if (fault === "throttled") throw named("TooManyRequestsException");
      if (fault === "broken") throw named("TimeoutError");
    };
    const describe = async () => {
      await call("describe");
      const { organizationId } = this;
      return { organizationId, managementAccountId: ACCOUNT, hasAllFeatures: true };
    };
    return {
      describe,
      rootId: () => assert.fail(),
      stackSetsAccess: () => assert.fail(),
      page: async (token = "0") => {
        await call("page");
        // AWS may return an empty page although others follow.
        if (token.endsWith("e")) return { accounts: [], next: token.slice(0, -1) };
        const start = Number(token);
        const all = [...this.accounts].map(([accountId, state]) => ({
          ...{ accountId, name: `n${accountId}`, state },
          ...{ email: `${accountId}@example.com` },
        }));
        const next = start + PAGE < all.length ? `${start + PAGE}${start % 60 ? "" : "e"}` : undefined;
        return { accounts: all.slice(start, start + PAGE), ...(next !== undefined && { next }) };
      },
      stackInstances: async (stackSetName, callAs, token = "0") => {
        assert.deepEqual([stackSetName, callAs], ["acme", "SELF"]);
        await call("instances");
        const start = Number(token);
        const all = [...this.instances.values()];
        const next = start + INSTANCES_PAGE < all.length ? String(start + INSTANCES_PAGE) : undefined;
        return { instances: all.slice(start, start + INSTANCES_PAGE), ...(next !== undefined && { next }) };
      },
    };
  }
}

/** What the lister has named so far in its writes. */
export const writtenNames = { updated: new Set<string>(), created: new Set<string>() };

function checkWrite(operation: string, input: Parameters<TableStandIn["handle"]>[1]): void {
  if (operation === "UpdateItem") {
    for (const name of attributesOf(input)) {
      writtenNames.updated.add(name);
      assert.ok((LISTER_ATTRIBUTES as readonly string[]).includes(name), `it updates ${name}`);
    }
  }
  if (operation === "PutItem") {
    for (const name of Object.keys(input.Item ?? {})) {
      writtenNames.created.add(name);
      assert.ok((NEW_MEMBER_ATTRIBUTES as readonly string[]).includes(name), `it creates ${name}`);
    }
  }
}
