/** Limits on what one account and one tenant may hold: exact, under any number of requests at once, and whatever breaks off. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import type { Changes, Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { needsStatement } from "../../../../functions/domain/topic-statement.js";
import { LimitedConnections, type NewConnection } from "../../../../functions/url-generator/limits.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { ACCOUNT, connected, NOW, pending, REGION, STACK, TOPIC } from "../../fixtures.js";

const LIMITS = { pendingLinksPerAccount: 5, pendingLinksPerTenant: 20, connectionsPerAccount: 5 };
const TABLE = "connections";
const DAY = 24 * 60 * 60 * 1000;

type Before = (operation: string) => Promise<unknown>;

class World {
  readonly table = new TableStandIn();
  /** Awaited before each call, which fails with what it throws. */
  before: Before = async () => {};
  /** The same after it. */
  after: Before = async () => {};
  readonly connections: ConnectionRepository;
  readonly limited: LimitedConnections;
  calls = 0;

  constructor(limits = LIMITS) {
    const table = this.table.client(async (operation) => {
      this.calls += 1;
      await this.before(operation);
    });
    const send = async (command: never) => {
      const result = await table.send(command);
      await this.after((command as object).constructor.name);
      return result;
    };
    const client = { send } as unknown as DynamoDBClient;
    this.connections = new ConnectionRepository(client, TABLE);
    this.limited = new LimitedConnections(client, TABLE, this.connections, limits);
  }

  link(changes: Partial<NewConnection> = {}): NewConnection {
    const { topicArn: _, ...rest } = pending;
    return { ...rest, createdAt: NOW.toISOString(), externalId: `${REGION}:${randomUUID()}`, ...changes };
  }

  create(changes: Partial<NewConnection> = {}): Promise<Connection> {
    const link = this.link(changes);
    return link.method === "role" ? this.limited.create(link) : this.limited.create(link, () => TOPIC);
  }

  /** @returns what was made, or the sentence of the rejection */
  async attempt(changes: Partial<NewConnection> = {}): Promise<Connection | string> {
    return this.create(changes).catch((error: unknown) => {
      if (error instanceof RejectedError && error.kind === "tooMany") return error.message;
      throw error;
    });
  }

  async isAllowed(changes: Partial<NewConnection> = {}): Promise<boolean> {
    return typeof (await this.attempt(changes)) !== "string";
  }

  /** Makes a link that is then as somebody left it. */
  async left(changes: Partial<Connection>): Promise<void> {
    const connection = await this.create();
    this.table.put({ ...connection, ...changes });
  }
}

const ago = (days: number) => new Date(NOW.getTime() - days * DAY).toISOString();
const failedStack = { openStackIds: [STACK] };
const { roleArn, stackId, logicalResourceId, requestId, openStackIds } = connected;
const connectedNow = {
  ...{ roleArn, stackId, logicalResourceId, requestId, openStackIds },
  status: "connected",
  acceptedAt: NOW.toISOString(),
} as const;

describe("Limits", () => {
  for (const [what, count, limit, ofNumber] of [
    ["of one account's links", 12, 5, () => ({})],
    ["of one tenant's links", 60, 20, (number: number) => ({ accountId: String(111_100_000_000 + number) })],
    ["of an account without tenant", 12, 5, () => ({ tenant: "" })],
  ] as const) {
    it(`${what} are kept by ${count} requests at the same time: ${limit} are made`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (scheduler) => {
          const world = new World();
          world.before = () => scheduler.schedule(Promise.resolve());
          const requests = Array.from({ length: count }, (_, number) => world.isAllowed(ofNumber(number)));
          const made = await scheduler.waitFor(Promise.all(requests));
          assert.equal(made.filter(Boolean).length, limit);
          assert.equal(Object.keys(world.table.connections()).length, limit);
        }),
        { numRuns: 20 },
      );
    });
  }

  it("of links and of roles that customers make are the same ones, under any number of requests at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = new World();
        world.before = () => scheduler.schedule(Promise.resolve());
        const requests = Array.from({ length: 12 }, (_, number) =>
          world.isAllowed(number % 2 === 0 ? { method: "role" } : {}),
        );
        const made = await scheduler.waitFor(Promise.all(requests));
        assert.equal(made.filter(Boolean).length, 5);
        const topics = Object.values(world.table.connections()).map(({ method, topicArn }) => [
          method,
          topicArn,
        ]);
        for (const [method, topicArn] of topics)
          assert.equal(topicArn, method === "role" ? undefined : TOPIC);
      }),
      { numRuns: 20 },
    );
  });

  for (const [what, changes, counts] of [
    ["waits for its ARN", {}, true],
    ["was cancelled less than a day ago", { status: "cancelled", endedAt: ago(0.9) }, true],
    ["was cancelled a day ago", { status: "cancelled", endedAt: ago(1.1) }, false],
    ["expired a day ago", { expiresAt: ago(1.1) }, false],
    ["is connected", { status: "connected", acceptedAt: ago(0) }, false],
    [
      "was connected",
      { status: "disconnected", endedBy: "tenant", endedAt: ago(0), acceptedAt: ago(1) },
      false,
    ],
  ] satisfies [string, Changes, boolean][]) {
    it(`${counts ? "count" : "do not count"} a role of the customer's own that ${what}`, async () => {
      const world = new World({ ...LIMITS, connectionsPerAccount: 100 });
      for (let number = 0; number < LIMITS.pendingLinksPerAccount; number++) {
        world.table.put({ ...(await world.create({ method: "role" })), ...changes });
      }
      assert.equal(await world.isAllowed({ method: "role" }), !counts);
      assert.equal(await world.isAllowed(), !counts);
    });
  }

  it("are kept where DynamoDB cancels transactions that meet", async () => {
    const world = new World();
    let calls = 0;
    world.before = async (operation) => {
      calls += 1;
      if (operation !== "TransactWriteItems" || calls % 3 !== 0) return;
      const CancellationReasons = [{ Code: "None" }, { Code: "TransactionConflict" }, { Code: "None" }];
      throw new TransactionCanceledException({ message: "conflict", $metadata: {}, CancellationReasons });
    };
    const made = await Promise.all(Array.from({ length: 12 }, () => world.isAllowed()));
    assert.equal(made.filter(Boolean).length, 5);
  });

  for (const [what, changes, counts] of [
    ["can still be used", {}, true],
    ["expired less than a day ago", { expiresAt: ago(0.9) }, true],
    ["expired a day ago", { expiresAt: ago(1.1) }, false],
    ["was cancelled less than a day ago", { status: "cancelled", endedAt: ago(0.9) }, true],
    ["was cancelled a day ago", { status: "cancelled", endedAt: ago(1.1) }, false],
    [
      "was cancelled with a stack that failed",
      { status: "cancelled", endedAt: ago(29), ...failedStack },
      true,
    ],
    [
      "was cancelled 30 days ago with a stack that failed",
      { status: "cancelled", endedAt: ago(31), ...failedStack },
      false,
    ],
    ["connected", connectedNow, false],
    ["connected by a request that may be forged", { ...connectedNow, acceptedAt: undefined }, true],
    [
      "connected, and was ended by the customer",
      {
        ...connectedNow,
        status: "disconnected",
        endedBy: "customer",
        endedAt: ago(0),
        openStackIds: undefined,
      },
      false,
    ],
    [
      "connected, and was ended by the vendor",
      { ...connectedNow, status: "disconnected", endedBy: "vendor", endedAt: ago(179) },
      true,
    ],
  ] satisfies [string, Changes, boolean][]) {
    it(`${counts ? "count" : "do not count"} a link that ${what}`, async () => {
      const world = new World({ ...LIMITS, connectionsPerAccount: 100 });
      for (let number = 0; number < LIMITS.pendingLinksPerAccount; number++) await world.left(changes);
      assert.equal(await world.isAllowed(), !counts);
    });
  }

  it("count an account's connections together with the links that can still become one", async () => {
    const world = new World({ ...LIMITS, connectionsPerAccount: 3 });
    await world.left(connectedNow);
    await world.left({ ...connectedNow, status: "unreachable" });
    await world.left({ status: "cancelled", endedAt: ago(0) });
    const third = await world.create();
    assert.match(
      String(await world.attempt()),
      new RegExp(
        `^The AWS account ${ACCOUNT} has 3 connections in ${REGION}, with links that can still become one, and 3 is the limit\\. Delete a stack`,
      ),
    );
    world.table.put({ ...third, expiresAt: ago(0) });
    assert.ok(await world.isAllowed());
  });

  it("say how many there are, where, and what helps", async () => {
    const world = new World();
    for (let number = 0; number < 5; number++) await world.create();
    const wait =
      "or wait: one that is cancelled or expires counts for one more day, and one whose stack failed until the stack is deleted, for 30 days at most.";
    assert.equal(
      await world.attempt(),
      `The AWS account ${ACCOUNT} has 5 links in ${REGION} without a connection, which is the limit. Use one of them, ${wait}`,
    );
    for (let number = 0; number < 15; number++) await world.create({ accountId: String(5e11 + number) });
    assert.equal(
      await world.attempt({ accountId: "600000000000" }),
      `You have 20 links in ${REGION} without a connection, which is the limit. Use one of them, ask us for a higher limit, ${wait}`,
    );
  });

  it("let one tenant feel nothing of another's links and connections of the same account", async () => {
    const world = new World();
    for (let number = 0; number < 4; number++) await world.create({ tenant: "a" });
    world.table.put({ ...(await world.create({ tenant: "a" })), ...connectedNow });
    const seen: (readonly Connection[])[] = [];
    for (let number = 0; number < 5; number++) {
      await world.limited.create(world.link({ tenant: "b" }), (others) => {
        seen.push(others);
        return TOPIC;
      });
    }
    assert.ok(
      seen.flat().every(({ tenant }) => tenant === "b"),
      "not even by the topic of its stack",
    );
    assert.equal(await world.isAllowed({ tenant: "b" }), false);
    assert.equal(await world.isAllowed({ tenant: "c" }), true);
  });

  it("take one call where there is nothing to count, and write nothing where they reject", async () => {
    const world = new World();
    await world.create();
    assert.equal(world.calls, 1);
    for (let number = 1; number < 5; number++) await world.create();
    const before = structuredClone(world.table.items);
    assert.equal(await world.isAllowed(), false);
    assert.deepEqual(world.table.items, before);
  });

  it("keep what they count in items that are in no index and are no connections", async () => {
    const world = new World();
    await world.create({ tenant: "b" });
    const holders = world.table.items.filter(({ item }) => item?.S !== "connection");
    assert.equal(holders.length, 2);
    for (const { externalId, item, ...values } of holders) {
      assert.match(externalId?.S ?? "", /^eu-west-1:holder:[0-9a-f]{64}$/);
      assert.equal(item?.S, "holder");
      assert.deepEqual(Object.keys(values).sort(), ["deleteAfter", "externalIds", "revision"]);
    }
    let listed = 0;
    for await (const _ of world.connections.ofRegion(REGION)) listed += 1;
    assert.equal(listed, 1);
  });

  it("are exact whatever happens to the links, and whichever call breaks off", async () => {
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ what: fc.constant("create" as const), account: fc.nat(1), tenant: fc.nat(2) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          what: fc.constant("change" as const),
          which: fc.nat(),
          to: fc.nat(11),
        }),
      },
      { weight: 1, arbitrary: fc.record({ what: fc.constant("undo" as const), which: fc.nat() }) },
      {
        weight: 2,
        arbitrary: fc.record({
          what: fc.constant("wait" as const),
          days: fc.constantFrom(0.1, 0.3, 0.6, 1, 31),
        }),
      },
    );
    const crash = fc.option(fc.record({ call: fc.integer({ min: 1, max: 3 }), isBefore: fc.boolean() }), {
      freq: 5,
    });
    const seen = { made: 0, rejected: 0, crashed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, crash), { minLength: 40, maxLength: 60 }), async (steps) => {
        const limits = { pendingLinksPerAccount: 3, pendingLinksPerTenant: 5, connectionsPerAccount: 4 };
        const world = new World(limits);
        let now = NOW;
        const all = () => Object.values(world.table.connections()) as unknown as Connection[];
        for (const [one, broken] of steps) {
          breakOff(world, broken);
          const connection = "which" in one ? all()[one.which % Math.max(all().length, 1)] : undefined;
          if (one.what === "wait") now = new Date(now.getTime() + one.days * DAY);
          else if (one.what === "change" && connection) world.table.put(changed(connection, one.to, now));
          else if (one.what === "undo" && connection?.status === "pending") {
            await world.connections.delete(connection).then(
              () => world.limited.release(connection),
              () => {},
            );
          } else if (one.what === "create") {
            const tenant = ["", "a", "b"][one.tenant] ?? "";
            const wanted = { accountId: String(4e11 + one.account), tenant, createdAt: now.toISOString() };
            const expected = isWithin(limits, all(), wanted, now);
            const outcome = await world
              .attempt({ ...wanted, expiresAt: new Date(now.getTime() + DAY).toISOString() })
              .catch((error: Error) => (error.message === "broken off" ? error : Promise.reject(error)));
            if (outcome instanceof Error) seen.crashed += 1;
            else {
              assert.equal(typeof outcome !== "string", expected, String(outcome));
              seen[expected ? "made" : "rejected"] += 1;
            }
          }
        }
        // Once everything is over, as many can be made as ever.
        breakOff(world, null);
        for (const connection of all())
          world.table.put({ ...connection, status: "cancelled", endedAt: ago(40) });
        for (let number = 0; number < limits.pendingLinksPerAccount; number++)
          assert.ok(await world.isAllowed());
      }),
      { numRuns: Number(process.env.RUNS ?? 100) },
    );
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 50, `${count} ${what}`);
  });
});

/** What becomes of a pending link that has not expired, and of a connection. */
const CHANGES: Record<
  "pending" | "connected",
  ((connection: Connection, now: Date) => Partial<Connection>)[]
> = {
  pending: [
    (_, now) => ({ ...connectedNow, acceptedAt: now.toISOString() }),
    () => ({ ...connectedNow, acceptedAt: undefined }),
    () => failedStack,
    (_, now) => ({ status: "cancelled", endedAt: now.toISOString() }),
  ],
  connected: [
    ({ acceptedAt }) => (acceptedAt === undefined ? { status: "pending", openStackIds: undefined } : {}),
    (_, now) => ({
      status: "disconnected",
      endedBy: "customer",
      endedAt: now.toISOString(),
      openStackIds: undefined,
    }),
    (_, now) => ({ status: "disconnected", endedBy: "vendor", endedAt: now.toISOString() }),
  ],
};

function changed(connection: Connection, number: number, now: Date): Connection {
  const { status, expiresAt } = connection;
  if (status !== "connected" && !(status === "pending" && new Date(expiresAt) > now)) return connection;
  const changes = CHANGES[status];
  return { ...connection, ...changes[number % changes.length]?.(connection, now) };
}

/** Lets one of the next calls fail, before it has done anything or after. */
function breakOff(world: World, crash: { readonly call: number; readonly isBefore: boolean } | null): void {
  let calls = 0;
  const fail = async () => {
    calls += 1;
    if (calls === crash?.call) throw new Error("broken off");
  };
  world.before = crash?.isBefore === true ? fail : async () => {};
  world.after = crash?.isBefore === false ? fail : async () => {};
}

/** Whether one more is within the limits, by what the table says. */
function isWithin(
  limits: typeof LIMITS,
  all: readonly Connection[],
  wanted: { readonly accountId: string; readonly tenant: string },
  now: Date,
): boolean {
  // An empty tenant is not stored.
  const own = all.filter((one) => (one.tenant ?? "") === wanted.tenant && needsStatement(one, now));
  const isHeld = ({ status, acceptedAt }: Connection) => status !== "connected" || acceptedAt === undefined;
  const ofAccount = own.filter(({ accountId }) => accountId === wanted.accountId);
  const usable = ofAccount.filter(
    ({ status, expiresAt }) => status === "connected" || (status === "pending" && new Date(expiresAt) > now),
  );
  return (
    ofAccount.filter(isHeld).length < limits.pendingLinksPerAccount &&
    usable.length < limits.connectionsPerAccount &&
    (wanted.tenant === "" ||
      own.filter(({ acceptedAt }) => acceptedAt === undefined).length < limits.pendingLinksPerTenant)
  );
}
