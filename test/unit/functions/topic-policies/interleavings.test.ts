/** Whatever happens at the same time, the topics end with exactly the statements that the rule says. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { Topic } from "../../../../functions/aws/topic.js";
import { removeEndedStatements } from "../../../../functions/changes/ended-statements.js";
import type { FreeCapacity } from "../../../../functions/domain/capacity-hint.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { topicArns } from "../../../../functions/domain/names.js";
import { needsStatement, statementLabel } from "../../../../functions/domain/topic-statement.js";
import { type Telemetry, TopicPolicies } from "../../../../functions/topic-policies/topic-policies.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { TopicChoice } from "../../../../functions/url-generator/topic-choice.js";
import { ConnectionsInMemory, TopicsInMemory, type Turn } from "./memory.js";

const region = "eu-west-1";
const arns = topicArns(region, "111122223333", "onboarding-dev", 3);
const now = new Date("2026-06-15T12:00:00Z");
const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();

/** Less than the accounts want: it has to be found, shared and given back. */
const CAPACITY_PER_TOPIC = 8;

const steps = ["link", "link", "connect", "expire", "cancel", "leave", "reconcile"] as const;
type Step = (typeof steps)[number];

const accountSteps = fc.array(fc.constantFrom<Step>(...steps), { minLength: 10, maxLength: 10 });

describe("Links made, expired, cancelled and left at the same time", function () {
  this.timeout(120_000);

  it("end with exactly the statements that the rule says, and never without one that is needed", async () => {
    const seen = { links: 0, rejected: 0, removed: 0, lost: 0, restored: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(accountSteps, { minLength: 20, maxLength: 20 }),
        async (scheduler, accounts) => {
          const turn: Turn = (call) => scheduler.schedule(Promise.resolve()).then(call);
          const world = new World(turn);
          const lives = accounts.map((life, index) => world.live(String(222_200_000_000 + index), life));
          await scheduler.waitFor(Promise.all(lives));
          await scheduler.waitIdle();
          await Promise.all(world.streamed);
          // Somebody tidied up by hand: what is missing comes back, once the links are no longer new.
          world.lose();
          world.minutesLater = 2;
          await scheduler.waitFor(world.policies.reconcile(() => true));

          const needed = [...world.table.all.values()].filter((one) => needsStatement(one, now));
          for (const arn of arns) {
            assert.deepEqual(
              world.labels(arn),
              needed
                .filter(({ topicArn }) => topicArn === arn)
                .map(({ externalId }) => statementLabel(externalId))
                .sort(),
            );
          }
          assert.deepEqual(world.errors, []);
          seen.links += world.links;
          seen.rejected += world.rejected;
          seen.removed += world.removed;
          seen.lost += world.lost;
          seen.restored += world.restored;
        },
      ),
      { numRuns: 30 },
    );
    // A property about nothing would hold, too.
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `${count} ${what}`);
  });
});

class World {
  readonly table: ConnectionsInMemory;
  readonly policies: TopicPolicies;
  readonly streamed: Promise<void>[] = [];
  readonly errors: string[] = [];
  minutesLater = 0;
  links = 0;
  rejected = 0;
  removed = 0;
  lost = 0;
  restored = 0;
  private readonly topics: TopicsInMemory;
  private readonly choice: TopicChoice;

  constructor(turn: Turn) {
    this.topics = new TopicsInMemory(arns, CAPACITY_PER_TOPIC, turn);
    const { client } = this.topics;
    this.table = new ConnectionsInMemory((connection) => {
      this.streamed.push(removeEndedStatements([connection], () => true, this.ends));
    }, turn);
    let hint: FreeCapacity | undefined;
    const read = () => turn(async () => hint);
    this.choice = new TopicChoice(region, arns, client, { hint: { read } });
    this.policies = new TopicPolicies({
      topics: arns.map((arn) => new Topic(client, arn)),
      connections: this.table.connections,
      hint: {
        write: (free, at) =>
          turn(async () => {
            hint = { measuredAt: at.toISOString(), free };
          }),
      },
      telemetry: this.telemetry,
      now: () => new Date(now.getTime() + this.minutesLater * 60_000),
    });
  }

  private get ends() {
    const topic = (arn: string) => new Topic(this.topics.client, arn);
    const leftToReconcile = (connection: Connection, error?: unknown) =>
      void this.errors.push(`${connection.externalId}: ${String(error)}`);
    const removed = () => {
      this.removed += 1;
    };
    const telemetry = { removed, leftToReconcile };
    return { connections: this.table.connections, topic, telemetry, now: () => now };
  }

  /** Takes every third statement away. */
  lose(): void {
    for (const arn of arns) {
      const statements = this.topics.statements(arn).filter((_, index) => index % 3 === 0);
      for (const { Sid = "" } of statements) this.topics.take(arn, Sid);
      this.lost += statements.length;
    }
  }

  labels(arn: string): string[] {
    return this.topics
      .statements(arn)
      .map(({ Sid = "" }) => Sid)
      .sort();
  }

  /** One account's steps, one after the other, while the other accounts take theirs. */
  async live(accountId: string, life: readonly Step[]): Promise<void> {
    const own: string[] = [];
    for (const step of life) {
      if (step === "link") own.push(...(await this.link(accountId)));
      else if (step === "reconcile") await this.policies.reconcile(() => true);
      else await this.change(own, step);
      // Every link that is in somebody's hands works.
      for (const externalId of own) {
        const connection = this.table.all.get(externalId);
        if (connection && needsStatement(connection, now)) {
          assert.ok(
            this.labels(connection.topicArn ?? "").includes(statementLabel(externalId)),
            `${connection.status} without a statement after ${step}`,
          );
        }
      }
    }
  }

  private async link(accountId: string): Promise<string[]> {
    const externalId = `${region}:${randomUUID()}`;
    try {
      await this.choice.place(
        {
          externalId,
          accountId,
          region,
          tenant: "",
          grantedTo: "",
          status: "pending",
          revision: 1,
          createdAt: at(0),
          expiresAt: at(24),
        },
        this.table.connections,
        this.table.limited,
      );
      this.links += 1;
      return [externalId];
    } catch (error) {
      if (!(error instanceof RejectedError && error.kind === "noCapacity")) throw error;
      assert.equal(this.table.all.get(externalId), undefined);
      this.rejected += 1;
      return [];
    }
  }

  private async change(
    own: readonly string[],
    step: "connect" | "expire" | "cancel" | "leave",
  ): Promise<void> {
    const from = step === "leave" ? "connected" : "pending";
    const connection = own
      .map((one) => this.table.all.get(one))
      // An expired link connects nothing any more.
      .find((one) => one?.status === from && (from === "connected" || one.expiresAt > at(0)));
    if (connection) await this.table.update(connection, changes[step]);
  }

  private readonly telemetry: Telemetry = {
    removed: () => {
      this.removed += 1;
    },
    restored: () => {
      this.restored += 1;
    },
    removedUnknown: (_topic, statement, reason) => void this.errors.push(`${statement.Sid}: ${reason}`),
    accountRefused: ({ externalId }) => void this.errors.push(`${externalId}: refused`),
    notRestored: (connection, reason) => void this.errors.push(`${connection.externalId}: ${reason}`),
    error: (label, error) => void this.errors.push(`${label}: ${String(error)}`),
    reconciled: ({ complete }) => {
      if (!complete) this.errors.push("a run that did not end");
    },
  };
}

const changes = {
  connect: { status: "connected", openStackIds: ["stack"] },
  expire: { expiresAt: at(-25) },
  cancel: { status: "cancelled", statusChangedAt: at(-25) },
  leave: { status: "disconnected", endedAt: at(0), endedBy: "customer", openStackIds: undefined },
} satisfies Record<string, Partial<Connection>>;
