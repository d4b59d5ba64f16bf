/** A region with as many topics as there can be: a new connection finds the one with capacity, in as many calls as with one topic and two. */
import assert from "node:assert/strict";
import { randomInt, randomUUID } from "node:crypto";
import { AddPermissionCommand, type SNSClient } from "@aws-sdk/client-sns";
import { Topic } from "../../../../functions/aws/topic.js";
import { CapacityHint } from "../../../../functions/domain/capacity-hint.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import { topicArns } from "../../../../functions/domain/names.js";
import { statementLabel } from "../../../../functions/domain/topic-statement.js";
import { type Telemetry, TopicPolicies } from "../../../../functions/topic-policies/topic-policies.js";
import { LimitedConnections } from "../../../../functions/url-generator/limits.js";
import { RejectedError } from "../../../../functions/url-generator/problems.js";
import { TopicChoice } from "../../../../functions/url-generator/topic-choice.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { pending, REGION } from "../../fixtures.js";
import { TopicsInMemory } from "../topic-policies/memory.js";

const TABLE = "connections";
const NOW = new Date("2026-03-01T12:00:00.000Z");
const CAPACITY = 2;

/** Whoever is told what happens; nothing that is not in order does. */
const quiet = new Proxy({} as Telemetry, {
  get: (_, what) =>
    what === "reconciled" ? () => {} : (...told: unknown[]) => assert.fail(`${String(what)}: ${told}`),
});

/** A region whose topics are full, but for those that a test leaves free. */
class ManyTopics {
  readonly calls: string[] = [];
  readonly table = new TableStandIn();
  readonly arns: readonly string[];
  readonly connections: ConnectionRepository;
  readonly limited: LimitedConnections;
  readonly client: SNSClient;
  private readonly topics: TopicsInMemory;
  private readonly hint: CapacityHint;

  constructor(count: number) {
    this.arns = topicArns(REGION, "111122223333", "onboarding-test", count);
    this.topics = new TopicsInMemory(this.arns, CAPACITY);
    const client = this.table.client(async (operation) => this.calls.push(operation));
    this.connections = new ConnectionRepository(client, TABLE);
    const limits = { pendingLinksPerAccount: 5, pendingLinksPerTenant: 20, connectionsPerAccount: 5 };
    this.limited = new LimitedConnections(client, TABLE, this.connections, limits);
    this.hint = new CapacityHint(client, TABLE, REGION);
    const sns = this.topics.client;
    const send = (command: AddPermissionCommand) => {
      this.calls.push(command.constructor.name.replace(/Command$/, ""));
      return sns.send(command);
    };
    this.client = { send } as unknown as SNSClient;
  }

  async fill(topicArn: string): Promise<void> {
    for (let number = 0; number < CAPACITY; number++) {
      const connection = { ...link(), topicArn };
      await this.connections.create(connection);
      const Label = statementLabel(connection.externalId);
      const AWSAccountId = [connection.accountId];
      await this.topics.client.send(
        new AddPermissionCommand({ TopicArn: topicArn, Label, AWSAccountId, ActionName: ["Publish"] }),
      );
    }
  }

  reconcile(telemetry: Partial<Telemetry> = quiet) {
    return new TopicPolicies({
      topics: this.arns.map((arn) => new Topic(this.client, arn)),
      connections: this.connections,
      hint: this.hint,
      telemetry: telemetry as Telemetry,
      now: () => NOW,
    }).reconcile(() => true);
  }

  choice(): TopicChoice {
    return new TopicChoice(REGION, this.arns, this.client, { hint: this.hint });
  }

  /** Makes a link. @returns its topic's ARN, and the calls that it took */
  async place(choice = this.choice()) {
    this.calls.length = 0;
    const { topicArn } = await choice.place(link(), this.connections, this.limited);
    return { topicArn, calls: [...this.calls] };
  }
}

function link(): Omit<Connection, "topicArn"> {
  const { topicArn: _, ...rest } = pending;
  return { ...rest, externalId: `${REGION}:${randomUUID()}`, accountId: String(randomInt(1e11, 1e12 - 1)) };
}

describe("A new connection in a region with 300 topics of which one has capacity", function () {
  this.timeout(20_000);
  const FREE = 217;
  let region: ManyTopics;

  beforeEach(async () => {
    region = new ManyTopics(300);
    for (const [index, arn] of region.arns.entries()) if (index !== FREE) await region.fill(arn);
    await region.reconcile();
  });

  it("gets that one with one call more than in a region with one topic", async () => {
    const one = await new ManyTopics(1).place();
    assert.deepEqual(one.calls, ["TransactWriteItems", "AddPermission"]);
    const { topicArn, calls } = await region.place();
    assert.equal(topicArn, region.arns[FREE]);
    // The hint.
    assert.deepEqual(calls, ["GetItem", "TransactWriteItems", "AddPermission"]);
  });

  it("asks for the hint once a minute at most", async () => {
    const choice = region.choice();
    await region.place(choice);
    assert.deepEqual((await region.place(choice)).calls, ["TransactWriteItems", "AddPermission"]);
  });

  it("finds capacity that was freed since the topics were measured", async () => {
    await region.fill(region.arns[FREE] ?? "");
    const gone = [...region.table.items].find(({ topicArn }) => topicArn?.S === region.arns[44]);
    await region.connections.delete({ externalId: gone?.externalId?.S, revision: 1 } as Connection);
    // What the changes function does of a connection that ended.
    const label = statementLabel(gone?.externalId?.S ?? "");
    await new Topic(region.client, region.arns[44] ?? "").disallow(label);
    assert.equal((await region.place()).topicArn, region.arns[44]);
  });

  it("is rejected where there is none, in spite of the hint, and nothing stays behind", async () => {
    await region.fill(region.arns[FREE] ?? "");
    const before = region.table.connections();
    await assert.rejects(
      region.place(),
      (error) => error instanceof RejectedError && error.kind === "noCapacity",
    );
    assert.deepEqual(region.table.connections(), before);
    assert.deepEqual(
      region.table.items.flatMap(({ externalIds }) => externalIds ?? []),
      [],
    );
  });

  it("is told whether there is capacity with two calls", async () => {
    region.calls.length = 0;
    assert.equal(await region.choice().hasCapacity(), true);
    assert.deepEqual(region.calls, ["GetItem", "GetTopicAttributes"]);
  });
});

describe("The hint", () => {
  it("is in no index, is no connection, and counts what was restored", async () => {
    const region = new ManyTopics(3);
    await region.fill(region.arns[0] ?? "");
    const lost = { ...link(), topicArn: region.arns[1] ?? "", createdAt: "2026-03-01T11:00:00.000Z" };
    await region.connections.create(lost);
    const restored: string[] = [];
    await region.reconcile({
      reconciled: () => {},
      restored: ({ externalId }: Connection) => void restored.push(externalId),
    });
    assert.deepEqual(restored, [lost.externalId]);
    const item = region.table.get(`${REGION}:capacity`, "capacity");
    assert.deepEqual(item, {
      externalId: { S: "eu-west-1:capacity" },
      item: { S: "capacity" },
      measuredAt: { S: NOW.toISOString() },
      free: { L: [{ N: "0" }, { N: "1" }, { N: "2" }] },
      deleteAfter: { N: "1772971200" },
    });
    assert.equal(await region.connections.get("eu-west-1:capacity"), undefined);
    let listed = 0;
    for await (const _ of region.connections.ofRegion(REGION)) listed += 1;
    assert.equal(listed, CAPACITY + 1);
  });

  it("is not written where there is nothing to choose from", async () => {
    const region = new ManyTopics(1);
    await region.reconcile();
    assert.deepEqual(region.table.items, []);
  });
});
