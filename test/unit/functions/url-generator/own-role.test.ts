/** `PUT /connections/{id}/role`: what is rejected before anything is called, and what the caller hears of the rest. */
import assert from "node:assert/strict";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import type { NamedRole, Verification, VerificationRequest } from "../../../../functions/domain/own-role.js";
import * as sentences from "../../../../functions/domain/own-role-sentences.js";
import { connectRole } from "../../../../functions/url-generator/own-role.js";
import { problemOf } from "../../../../functions/url-generator/problems.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { ACCOUNT, EXTERNAL_ID, NOW, pending, REGION, ROLE } from "../../fixtures.js";

const { topicArn: _, ...withoutTopic } = pending;
const waiting: Connection = { ...withoutTopic, method: "role" };

class World {
  readonly table = new TableStandIn();
  readonly asked: [string, VerificationRequest, number | undefined][] = [];

  constructor(
    record: Connection,
    private readonly verification: Verification = { outcome: "refused" },
  ) {
    this.table.put(record);
  }

  get record(): Connection {
    return this.table.connections()[EXTERNAL_ID] as unknown as Connection;
  }

  /** @returns the connection's status, what the caller is to wait for, or why it is rejected */
  async name(role: Partial<NamedRole> = {}): Promise<[number | "again" | "connected", string?, string?]> {
    const means = {
      connections: new ConnectionRepository(this.table.client(), "table"),
      verify: async (region: string, request: VerificationRequest) => {
        this.asked.push([region, request, this.record.attempts]);
        return this.verification;
      },
      customerRolePath: "/onboarding/",
      now: () => NOW,
    };
    try {
      return [(await connectRole(this.record, { roleArn: ROLE, ...role }, means)) ? "connected" : "again"];
    } catch (error) {
      const { status, detail, field } = problemOf(error);
      return field === undefined ? [status, detail] : [status, detail, field];
    }
  }
}

describe("Naming a role", () => {
  for (const [what, changes, role, rejection] of [
    [
      "of another account",
      {},
      { roleArn: "arn:aws:iam::999988887777:role/onboarding/x" },
      [400, sentences.ownRoleOfAnotherAccount(ACCOUNT, "999988887777"), "roleArn"],
    ],
    [
      "of another partition",
      {},
      { roleArn: `arn:aws-cn:iam::${ACCOUNT}:role/onboarding/x` },
      [400, sentences.notTheArnOfARole(`arn:aws-cn:iam::${ACCOUNT}:role/onboarding/x`, "aws"), "roleArn"],
    ],
    [
      "under another path",
      {},
      { roleArn: `arn:aws:iam::${ACCOUNT}:role/x` },
      [400, sentences.ownRoleUnderAnotherPath("/onboarding/", "/"), "roleArn"],
    ],
    ["that is none", {}, { roleArn: "x" }, [400, sentences.notTheArnOfARole("x", "aws"), "roleArn"]],
    ["for a connection that a stack makes", { method: undefined }, {}, [409, sentences.MADE_BY_A_STACK]],
    ["for one that ended", { status: "disconnected" }, {}, [409, sentences.OWN_ROLE_ENDED]],
    ["for one that was cancelled", { status: "cancelled" }, {}, [409, sentences.OWN_ROLE_ENDED]],
    [
      "for one that expired",
      { expiresAt: NOW.toISOString() },
      {},
      [409, sentences.ownRoleExpired(NOW.toISOString())],
    ],
    [
      "without its ID, where that has to be named",
      { confirmation: "required" },
      {},
      [400, sentences.ROLE_ID_MISSING, "roleId"],
    ],
    [
      "without its ID, where one was named before",
      { confirmation: "done", status: "connected" },
      {},
      [400, sentences.ROLE_ID_MISSING, "roleId"],
    ],
  ] satisfies [string, Partial<Connection>, Partial<NamedRole>, [number, string, string?]][]) {
    it(`${what} is rejected before anybody is called, and no attempt is used up`, async () => {
      const world = new World({ ...waiting, ...changes });
      assert.deepEqual(await world.name(role), rejection);
      assert.deepEqual(world.asked, []);
      assert.equal(world.record.attempts, undefined);
    });
  }

  it("has it verified in the connection's own region, when the attempt is counted", async () => {
    const world = new World(waiting, { outcome: "connected" });
    assert.deepEqual(await world.name({ roleId: "AROA1" }), ["connected"]);
    assert.deepEqual(world.asked, [[REGION, { externalId: EXTERNAL_ID, roleArn: ROLE, roleId: "AROA1" }, 1]]);
  });

  it("that is not verified is asked for again three times, then rejected, and tells nothing of why", async () => {
    const world = new World(waiting);
    for (let tries = 0; tries < 3; tries++) assert.deepEqual(await world.name(), ["again"]);
    assert.deepEqual(await world.name(), [422, sentences.OWN_ROLE_REFUSED, "roleArn"]);
    assert.equal(world.record.reason, sentences.OWN_ROLE_REFUSED);
    assert.equal(world.record.status, "pending");
  });

  it("that is not verified leaves a connected one as it is", async () => {
    const world = new World({ ...waiting, status: "connected", roleArn: ROLE, attempts: 5 });
    const before = world.record;
    assert.equal((await world.name({ roleArn: `${ROLE}2` }))[0], 422);
    assert.deepEqual(world.record, { ...before, attempts: 6 });
  });

  it("is possible twenty times, and no STS is called after that", async () => {
    const world = new World(waiting);
    for (let tries = 0; tries < 20; tries++) await world.name();
    assert.deepEqual(await world.name(), [429, sentences.ownRoleTriedTooOften(20)]);
    assert.equal(world.asked.length, 20);
  });

  it("is asked for again where STS did not say", async () => {
    const world = new World({ ...waiting, attempts: 10 }, { outcome: "unknown" });
    assert.deepEqual(await world.name(), ["again"]);
  });

  it("says what the health check says of a connection that takes none", async () => {
    const world = new World(waiting, { outcome: "closed", reason: sentences.OTHER_ROLE_CONNECTED });
    assert.deepEqual(await world.name(), [409, sentences.OTHER_ROLE_CONNECTED]);
  });
});
