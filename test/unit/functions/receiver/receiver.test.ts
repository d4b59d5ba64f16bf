/**
 * One request from the notification to its end, with a table, an STS and a bucket that are played, and time that passes only in waits.
 * It is about what is written before the response, and what after it.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { AssumeRole } from "../../../../functions/aws/sts.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import type { Delivery } from "../../../../functions/receiver/delivery.js";
import type { Dependencies } from "../../../../functions/receiver/dependencies.js";
import { receive } from "../../../../functions/receiver/receiver.js";
import type { Request } from "../../../../functions/receiver/request.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import * as fixtures from "../../fixtures.js";
import { HERE, NOW, REGION, RESOURCE, STACK, stackId } from "../../fixtures.js";
import { HastyClock, VirtualDeadline } from "../../virtual-time.js";

const OTHER = stackId("other");
const HOST = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";

interface PutResponse {
  readonly Status: string;
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly ConfirmationCode: string };
}

/** What STS says to the right external ID and to any other. */
const sts =
  (
    right: "allowed" | "AccessDenied" | "Throttling",
    others: "allowed" | "AccessDenied" = "AccessDenied",
    tried: (string | undefined)[] = [],
  ): AssumeRole =>
  async (_roleArn, externalId) => {
    const isFirst = tried.length === 0 || externalId === tried[0];
    tried.push(externalId);
    const word = isFirst ? right : others;
    if (word !== "allowed") throw Object.assign(new Error(word), { name: word });
  };

const OUR_FAULT = /fault on our side/;

const unavailable = (): Promise<Delivery> => Promise.reject(new Error("503"));

describe("the receiver", () => {
  let time: HastyClock;
  let connections: ConnectionRepository;
  const newExternalId = () => `${REGION}:${randomUUID()}`;
  /** Every call fails at once. */
  const unreachable = new ConnectionRepository(
    new TableStandIn().client(() => Promise.reject(new Error("connect ECONNREFUSED"))),
    "connections",
  );

  beforeEach(() => {
    // Others get on with their work while one waits.
    time = new HastyClock(NOW, () => new Promise((resolve) => setImmediate(resolve)));
    connections = new ConnectionRepository(new TableStandIn().client(), "connections", { withCode: true });
  });

  const put = async (record: Connection): Promise<string> => {
    const externalId = newExternalId();
    await connections.create({ ...record, externalId });
    return externalId;
  };
  const recordOf = async (externalId: string) => (await connections.get(externalId)) as Connection;

  /** Lets the receiver handle one notification. */
  async function handle(
    type: Request["type"],
    externalId: string,
    given: Partial<Dependencies> & {
      readonly stack?: string;
      readonly requestId?: string;
      readonly physicalId?: string;
      readonly properties?: Readonly<Record<string, string>>;
      readonly oldExternalId?: string;
      readonly milliseconds?: number;
      /** How long ago it was published. */
      readonly seconds?: number;
      readonly bucket?: (response: PutResponse) => Promise<Delivery> | Delivery;
    } = {},
  ) {
    const {
      stack = STACK,
      requestId = "request-1",
      physicalId,
      properties,
      milliseconds = 85_000,
      seconds = 0,
    } = given;
    const { bucket = () => "accepted", ...dependencies } = given;
    const responses: PutResponse[] = [];
    const kept: Request[] = [];
    const droppedMessages: string[] = [];
    const message = {
      RequestType: type,
      RequestId: requestId,
      StackId: stack,
      LogicalResourceId: RESOURCE,
      ResponseURL: `https://${HOST}/${stack}|${RESOURCE}|${requestId}?X-Amz-Signature=5ec4e7`,
      ...(type !== "Create" && { PhysicalResourceId: physicalId ?? `onboarding-connection:${externalId}` }),
      ResourceProperties: { ...fixtures.properties, ExternalID: externalId, ...properties },
      ...(given.oldExternalId && { OldResourceProperties: { ExternalID: given.oldExternalId } }),
    };
    const Timestamp = new Date(NOW.getTime() - seconds * 1000).toISOString();
    const record = { Sns: { Message: JSON.stringify(message), TopicArn: fixtures.TOPIC, Timestamp } };
    await receive(
      record,
      {
        here: HERE,
        connections,
        assumeRole: sts("allowed"),
        openOrganization: () => assert.fail("it is no organization's"),
        deliver: async (_target, body) => {
          const response = JSON.parse(body) as PutResponse;
          responses.push(response);
          return bucket(response);
        },
        keepVerified: async (request) => void kept.push(request),
        telemetry: {
          dropped: ({ dropped }) => void droppedMessages.push(dropped),
          postponed: () => {},
          responded: () => {},
          error: () => {},
        },
        now: () => new Date(time.now),
        ...dependencies,
      },
      new VirtualDeadline(time.now + milliseconds, time),
    );
    assert.equal(responses.length, 1, `it sent ${responses.length} responses ${droppedMessages.join()}`);
    return { response: responses[0] as PutResponse, kept };
  }

  describe("on a Create", () => {
    it("writes the connection first, then responds", async () => {
      const externalId = await put(fixtures.pending);
      let before: string | undefined;
      const { response } = await handle("Create", externalId, {
        bucket: async () => {
          before = (await recordOf(externalId)).status;
          return "accepted" as const;
        },
      });
      assert.deepEqual([response.Status, before], ["SUCCESS", "connected"]);
      assert.equal(response.PhysicalResourceId, `onboarding-connection:${externalId}`);
    });

    it("rolls the connection back when the bucket refuses the response for good", async () => {
      const externalId = await put(fixtures.pending);
      await handle("Create", externalId, { bucket: () => "refused" });
      const record = await recordOf(externalId);
      assert.deepEqual(
        [record.status, record.stackId, record.roleArn, record.openStackIds],
        ["pending", undefined, undefined, undefined],
      );
      assert.equal(
        (await handle("Create", externalId, { requestId: "request-2" })).response.Status,
        "SUCCESS",
      );
    });

    it("rolls nothing back in a later delivery that was accepted before", async () => {
      const externalId = await put(fixtures.pending);
      await handle("Create", externalId);
      await handle("Create", externalId, { bucket: () => "refused" });
      assert.equal((await recordOf(externalId)).status, "connected");
    });

    it("rolls the connection back in a later delivery if the first one was not told that it is refused", async () => {
      const externalId = await put(fixtures.pending);
      await assert.rejects(handle("Create", externalId, { bucket: unavailable }));
      assert.equal((await recordOf(externalId)).status, "connected");
      await handle("Create", externalId, { bucket: () => "refused", seconds: 60 });
      const { status, openStackIds } = await recordOf(externalId);
      assert.deepEqual([status, openStackIds], ["pending", undefined]);
    });

    it("is delivered again when it is refused and the table is out of reach, until what it connected is rolled back", async () => {
      const externalId = await put(fixtures.pending);
      await assert.rejects(handle("Create", externalId, { bucket: unavailable }));
      const refused = { bucket: () => "refused" as const, seconds: 60 };
      await assert.rejects(handle("Create", externalId, { ...refused, connections: unreachable }));
      await handle("Create", externalId, refused);
      assert.equal((await recordOf(externalId)).status, "pending");
    });

    it("connects although a forged one of the same stack did, and is refused late", async () => {
      const externalId = await put({ ...fixtures.pending, confirmation: "required" });
      const leftOver = { RoleArn: `${fixtures.ROLE}-left-over` };
      const later = { now: () => new Date(NOW.getTime() + 5000), requestId: "genuine" };
      await handle("Create", externalId, {
        requestId: "forged",
        properties: leftOver,
        bucket: async () => {
          await handle("Create", externalId, later);
          return "refused" as const;
        },
      });
      const { status, requestId, roleArn, acceptedAt } = await recordOf(externalId);
      assert.deepEqual([status, requestId, roleArn], ["connected", "genuine", fixtures.ROLE]);
      assert.notEqual(acceptedAt, undefined);
    });

    it("is noted as another try before it waits for what becomes of the one that connected", async () => {
      const externalId = await put(fixtures.pending);
      let first: Promise<unknown> | undefined;
      await handle("Create", externalId, {
        requestId: "second-try",
        bucket: async () => {
          first = handle("Create", externalId, { requestId: "first-try", now: () => NOW });
          for (let ticks = 0; ticks < 20; ticks++) await new Promise((resolve) => setImmediate(resolve));
          const { retriedAt, requestId, acceptedAt } = await recordOf(externalId);
          assert.deepEqual([retriedAt, requestId, acceptedAt], [NOW.toISOString(), "second-try", undefined]);
          return "accepted" as const;
        },
      });
      await first;
      await handle("Delete", externalId, { requestId: "clean-up", physicalId: "made-up" });
      assert.equal((await recordOf(externalId)).status, "connected");
    });

    it("stays connected, with the code that its stack shows, when a forged one takes its place and is refused first", async () => {
      const externalId = await put({ ...fixtures.pending, confirmation: "required" });
      const later = { now: () => new Date(NOW.getTime() + 5000), requestId: "forged" };
      const { response } = await handle("Create", externalId, {
        bucket: async () => {
          await handle("Create", externalId, { ...later, bucket: () => "refused" });
          assert.equal((await recordOf(externalId)).requestId, "request-1");
          return "accepted" as const;
        },
      });
      const { status, requestId, acceptedAt, confirmationCode } = await recordOf(externalId);
      assert.deepEqual([status, requestId], ["connected", "request-1"]);
      assert.notEqual(acceptedAt, undefined);
      assert.equal(confirmationCode, response.Data?.ConfirmationCode);
    });

    for (const [what, type, roleArn] of [
      ["another account's role", "Create", fixtures.ROLE.replace("333344445555", "999988887777")],
      ["a role that is not safe", "Create", `${fixtures.ROLE}-open`],
      [
        "another account's role, as an Update that is out of date",
        "Update",
        fixtures.ROLE.replace("333344445555", "999988887777"),
      ],
    ] as const) {
      it(`connects nothing unprobed: a forged request is undone while a genuine one of the same number names ${what}`, async () => {
        const externalId = await put(fixtures.pending);
        let genuine: Promise<unknown> | undefined;
        let undo = () => {};
        const undone = new Promise<void>((resolve) => {
          undo = resolve;
        });
        await handle("Create", externalId, {
          bucket: async () => {
            let sent = () => {};
            const isSent = new Promise<void>((resolve) => {
              sent = resolve;
            });
            genuine = handle(type, externalId, {
              properties: { RoleArn: roleArn },
              // It can be assumed by anybody.
              assumeRole: sts("allowed", "allowed"),
              seconds: type === "Update" ? 10 : 0,
              bucket: async () => {
                sent();
                await undone;
                return "accepted" as const;
              },
            });
            await isSent;
            return "refused" as const;
          },
        });
        assert.equal((await recordOf(externalId)).status, "pending");
        undo();
        await genuine;
        const { status, roleArn: connectedRole } = await recordOf(externalId);
        assert.deepEqual([status, connectedRole], ["pending", undefined]);
      });
    }

    it("rolls nothing back of another request", async () => {
      const externalId = await put(fixtures.pending);
      await handle("Create", externalId);
      // Until then it would wait for what becomes of the first.
      const later = { now: () => new Date(NOW.getTime() + 5000), bucket: () => "refused" as const };
      await handle("Create", externalId, { ...later, requestId: "request-2" });
      await handle("Create", externalId, { ...later, requestId: "request-3", stack: OTHER });
      const record = await recordOf(externalId);
      assert.deepEqual([record.status, record.stackId, record.openStackIds], ["connected", STACK, [STACK]]);
    });

    it("rolls nothing back that a later request has changed in the meantime", async () => {
      const externalId = await put(fixtures.pending);
      const later = { now: () => new Date(NOW.getTime() + 5000), requestId: "update-1" };
      await handle("Create", externalId, {
        bucket: async () => {
          await handle("Update", externalId, later);
          return "refused" as const;
        },
      });
      const record = await recordOf(externalId);
      assert.deepEqual([record.status, record.requestId], ["connected", "update-1"]);
    });

    for (const [bucket, reason] of [
      ["accepted", /cannot be assumed/],
      ["refused", /^undefined$/],
    ] as const) {
      it(`that fails keeps its reason only if the response was accepted (${bucket})`, async () => {
        const externalId = await put(fixtures.pending);
        const { response } = await handle("Create", externalId, {
          assumeRole: sts("AccessDenied"),
          milliseconds: 22_600,
          seconds: 180,
          bucket: () => bucket,
        });
        assert.equal(response.Status, "FAILED");
        assert.equal(response.PhysicalResourceId, "onboarding-connection-failed");
        assert.match(String((await recordOf(externalId)).reason), reason);
      });
    }

    it("for a role that cannot be assumed yet gets no response, and its attempt back, for two and a half minutes", async () => {
      const externalId = await put(fixtures.pending);
      const denied = { assumeRole: sts("AccessDenied"), milliseconds: 22_600 };
      const bucket = () => assert.fail("it responded");
      for (const seconds of [0, 144]) {
        await assert.rejects(
          handle("Create", externalId, { ...denied, bucket, seconds }),
          /RoleNotReadyError/,
        );
        const { attempts, reason, openStackIds } = await recordOf(externalId);
        assert.deepEqual([attempts, reason, openStackIds], [0, undefined, undefined]);
      }
      const { response } = await handle("Create", externalId, { ...denied, seconds: 150 });
      assert.equal(response.Status, "FAILED");
      assert.match(response.Reason ?? "", /AWS was slow to let the new role be assumed: try again\.$/);
    });

    it("for a role that takes a minute to become assumable connects within a second, in the first delivery", async () => {
      const externalId = await put(fixtures.pending);
      const assumableAt = NOW.getTime() + 60_000;
      const { response } = await handle("Create", externalId, {
        assumeRole: async (_roleArn, given) => {
          if (given === externalId && time.now >= assumableAt) return;
          throw Object.assign(new Error(), { name: "AccessDenied" });
        },
      });
      assert.equal(response.Status, "SUCCESS");
      assert.ok(time.now <= assumableAt + 1000, `it took ${time.now - NOW.getTime()} ms`);
    });

    it("is over within a minute when STS never says anything that counts", async () => {
      const externalId = await put(fixtures.pending);
      const { response } = await handle("Create", externalId, { assumeRole: sts("Throttling") });
      assert.match(response.Reason ?? "", OUR_FAULT);
      assert.ok(time.now <= NOW.getTime() + 45_000, `it took ${time.now - NOW.getTime()} ms`);
    });

    for (const [name, says] of [
      ["RegionDisabledException", /Security Token Service is deactivated/],
      ["ValidationError", /as the ARN of a role/],
      ["PackedPolicyTooLargeException", OUR_FAULT],
    ] as const) {
      it(`fails at once when STS says ${name}, which no waiting mends`, async () => {
        const externalId = await put(fixtures.pending);
        const { response } = await handle("Create", externalId, {
          assumeRole: async () => {
            throw Object.assign(new Error("no"), { name });
          },
        });
        assert.match(response.Reason ?? "", says);
        assert.ok(time.now - NOW.getTime() < 1000, `it waited for ${time.now - NOW.getTime()} ms`);
      });
    }

    it("is probed once, without waiting, after three refused responses in a row, until one is accepted", async () => {
      const externalId = await put(fixtures.pending);
      const forged = { assumeRole: sts("AccessDenied"), seconds: 150, bucket: () => "refused" as const };
      const probesOf = async (given: object) => {
        const tried: (string | undefined)[] = [];
        const result = await handle("Create", externalId, {
          ...forged,
          assumeRole: sts("AccessDenied", "AccessDenied", tried),
          requestId: randomUUID(),
          ...given,
        });
        return { ...result, probes: tried.length };
      };
      for (let refused = 0; refused < 3; refused++) assert.ok((await probesOf({})).probes > 5);
      const { attempts, refusals } = await recordOf(externalId);
      assert.deepEqual([attempts, refusals], [0, 3]);
      assert.equal((await probesOf({ seconds: 0 })).probes, 1);
      assert.equal((await probesOf({ seconds: 0, bucket: () => "accepted" })).probes, 1);
      assert.equal((await recordOf(externalId)).refusals, undefined);
      assert.ok((await probesOf({ stack: OTHER })).probes > 5);
    });

    it("probes with the record's external ID", async () => {
      const externalId = await put(fixtures.pending);
      const tried: (string | undefined)[] = [];
      await handle("Create", externalId, { assumeRole: sts("allowed", "AccessDenied", tried) });
      assert.equal(tried.length, 3);
      assert.equal(tried[0], (await recordOf(externalId)).externalId);
    });

    it("of two stacks at once connects one, and tells the other which", async () => {
      const externalId = await put(fixtures.pending);
      const both = await Promise.all(
        [STACK, OTHER].map((stack, index) =>
          handle("Create", externalId, { stack, requestId: `request-${index}` }),
        ),
      );
      const { stackId: winner = "none" } = await recordOf(externalId);
      const failed = both.map(({ response }) => response).filter(({ Status }) => Status === "FAILED");
      assert.equal(failed.length, 1);
      assert.ok(failed[0]?.Reason?.includes(winner), failed[0]?.Reason);
    });

    it("connects nothing when its own Delete overtakes it while it probes", async () => {
      const externalId = await put(fixtures.pending);
      const genuine = sts("allowed");
      let overtaken: Promise<unknown> | undefined;
      const { response } = await handle("Create", externalId, {
        assumeRole: async (...args) => {
          overtaken ??= handle("Delete", externalId, { requestId: "delete-1", physicalId: "made-up" });
          await overtaken;
          return genuine(...args);
        },
      });
      assert.equal(response.Status, "FAILED");
      assert.match(response.Reason ?? "", /already deleted/);
      const record = await recordOf(externalId);
      assert.deepEqual(
        [record.status, record.deletedStacks, record.openStackIds],
        ["pending", { [STACK]: NOW.toISOString() }, undefined],
      );
    });

    it("probes a link twenty times and no more", async () => {
      const externalId = await put({ ...fixtures.pending, attempts: 20 });
      const tried: (string | undefined)[] = [];
      const { response } = await handle("Create", externalId, {
        assumeRole: sts("allowed", "AccessDenied", tried),
      });
      assert.match(response.Reason ?? "", /20 times.*Ask for a new link/);
      assert.equal(tried.length, 0);
    });

    it("of an unknown external ID fails without a probe", async () => {
      const tried: (string | undefined)[] = [];
      const { response } = await handle("Create", newExternalId(), {
        assumeRole: sts("allowed", "AccessDenied", tried),
      });
      assert.match(response.Reason ?? "", /belongs to none of our links/);
      assert.equal(tried.length, 0);
    });

    it("that cannot be delivered is thrown, so that it comes again", async () => {
      const externalId = await put(fixtures.pending);
      const bucket = () => Promise.reject<Delivery>(new Error("The bucket is on fire."));
      await assert.rejects(handle("Create", externalId, { bucket }), /on fire/);
      assert.equal((await handle("Create", externalId)).response.Status, "SUCCESS");
    });
  });

  describe("on an Update", () => {
    for (const [what, assumeRole, status] of [
      ["safe", sts("allowed"), "connected"],
      ["open to everybody", sts("allowed", "allowed"), "unsafe"],
    ] as const) {
      it(`to a new template says SUCCESS, and marks a role that is ${what} as ${status}`, async () => {
        const externalId = await put({ ...fixtures.connected, status: "unreachable" });
        const { response } = await handle("Update", externalId, {
          assumeRole,
          properties: { TemplateVersion: "bbbbbbbbbbbb" },
        });
        const record = await recordOf(externalId);
        assert.deepEqual(
          [response.Status, record.status, record.templateVersion],
          ["SUCCESS", status, "bbbbbbbbbbbb"],
        );
      });
    }

    it("to another role that is open to everybody says FAILED, and keeps the role that it had", async () => {
      const externalId = await put(fixtures.connected);
      const { response } = await handle("Update", externalId, {
        assumeRole: sts("allowed", "allowed"),
        properties: { RoleArn: `${fixtures.ROLE}2` },
      });
      const record = await recordOf(externalId);
      assert.deepEqual(
        [response.Status, record.status, record.roleArn],
        ["FAILED", "connected", fixtures.ROLE],
      );
    });

    it("to another role is probed twenty times and no more, and one that goes well begins anew", async () => {
      const externalId = await put({ ...fixtures.connected, attempts: 19 });
      const change = (name: string) => ({ properties: { RoleArn: fixtures.ROLE + name } });
      const bad = await handle("Update", externalId, {
        ...change("1"),
        assumeRole: sts("allowed", "allowed"),
      });
      assert.match(bad.response.Reason ?? "", /without the external ID/);
      assert.match((await handle("Update", externalId, change("2"))).response.Reason ?? "", /20 times/);
      await handle("Update", externalId);
      assert.equal((await handle("Update", externalId, change("3"))).response.Status, "SUCCESS");
    });

    it("that is forged uses up no attempt of the connection's", async () => {
      const externalId = await put(fixtures.connected);
      const change = (name: string) => ({ properties: { RoleArn: fixtures.ROLE + name } });
      for (let count = 0; count < 25; count++) {
        await handle("Update", externalId, { ...change("1"), bucket: () => "refused" });
      }
      const { attempts, refusals } = await recordOf(externalId);
      assert.deepEqual([attempts, refusals], [0, 25]);
      assert.equal((await handle("Update", externalId, change("2"))).response.Status, "SUCCESS");
      assert.equal((await recordOf(externalId)).refusals, undefined);
    });

    it("that goes back to a link ends the one whose response CloudFormation never saw", async () => {
      const first = await put(fixtures.connected);
      const second = await put(fixtures.pending);
      const move = { physicalId: `onboarding-connection:${first}`, oldExternalId: first, requestId: "move" };
      await handle("Update", second, move);
      // The same request once more is no way back: both are connected until CloudFormation says which is to stay.
      await handle("Update", second, move);
      assert.deepEqual(
        [(await recordOf(first)).status, (await recordOf(second)).status],
        ["connected", "connected"],
      );
      const { response } = await handle("Update", first, { oldExternalId: second, requestId: "back" });
      assert.equal(response.Status, "SUCCESS");
      assert.deepEqual(
        [(await recordOf(first)).status, (await recordOf(second)).status],
        ["connected", "disconnected"],
      );
    });

    it("to another role is written only if the response was accepted", async () => {
      const externalId = await put(fixtures.connected);
      const change = { properties: { RoleArn: `${fixtures.ROLE}2` } };
      await handle("Update", externalId, { ...change, bucket: () => "refused" });
      assert.equal((await recordOf(externalId)).roleArn, fixtures.ROLE);
      await handle("Update", externalId, change);
      assert.equal((await recordOf(externalId)).roleArn, `${fixtures.ROLE}2`);
    });
  });

  describe("on a Delete", () => {
    it("responds first, then writes", async () => {
      const externalId = await put(fixtures.connected);
      let before: string | undefined;
      const { response } = await handle("Delete", externalId, {
        physicalId: "made-up",
        bucket: async () => {
          before = (await recordOf(externalId)).status;
          return "accepted" as const;
        },
      });
      assert.deepEqual(
        [response.Status, response.PhysicalResourceId, before],
        ["SUCCESS", "made-up", "connected"],
      );
      assert.equal((await recordOf(externalId)).status, "disconnected");
    });

    it("that CloudFormation did not sign changes nothing", async () => {
      const externalId = await put(fixtures.connected);
      const before = await recordOf(externalId);
      await handle("Delete", externalId, { bucket: () => "refused" });
      await handle("Delete", externalId, { stack: OTHER, bucket: () => "refused" });
      assert.deepEqual(await recordOf(externalId), before);
    });

    it("that overtakes its Create makes the late Create fail", async () => {
      const externalId = await put(fixtures.pending);
      await handle("Delete", externalId, { requestId: "delete-1" });
      const { response } = await handle("Create", externalId);
      assert.match(response.Reason ?? "", /already deleted/);
      assert.equal((await recordOf(externalId)).openStackIds, undefined);
    });
  });

  describe("when it fails itself", () => {
    const failing = {
      milliseconds: 17_300,
      get connections() {
        return unreachable;
      },
    };

    for (const [what, type, changes, status] of [
      ["a Create", "Create", {}, "FAILED"],
      ["an Update of nobody knows which stack", "Update", {}, "FAILED"],
      [
        "an Update to a new link",
        "Update",
        { physicalId: `onboarding-connection:${newExternalId()}` },
        "FAILED",
      ],
      ["a Delete", "Delete", {}, "SUCCESS"],
    ] as const) {
      it(`responds to ${what} with ${status}`, async () => {
        // Time for the response only: what follows it cannot be written.
        const milliseconds = status === "SUCCESS" ? 3300 : 17_300;
        const { response } = await handle(type, newExternalId(), { ...failing, ...changes, milliseconds });
        assert.equal(response.Status, status);
        if (status === "FAILED") assert.match(response.Reason ?? "", OUR_FAULT);
      });
    }

    it("responds to an Update of the recorded stack that may be a roll-back with SUCCESS, and records what it is", async () => {
      const externalId = await put(fixtures.connected);
      let isUp = false;
      const { response } = await handle("Update", externalId, {
        milliseconds: 22_600,
        properties: { RoleArn: `${fixtures.ROLE}2` },
        assumeRole: (...args) => sts(isUp ? "allowed" : "Throttling")(...args),
        bucket: () => {
          isUp = true;
          return "accepted" as const;
        },
      });
      const { roleArn, nextProbeAt } = await recordOf(externalId);
      assert.deepEqual([response.Status, roleArn], ["SUCCESS", `${fixtures.ROLE}2`]);
      assert.ok(
        nextProbeAt && nextProbeAt <= new Date(time.now).toISOString(),
        "the health check is to probe it",
      );
    });

    it("says that it was our fault when STS says nothing in time, with time left to say so", async () => {
      const externalId = await put(fixtures.pending);
      const { response } = await handle("Create", externalId, {
        assumeRole: sts("Throttling"),
        milliseconds: 22_600,
      });
      assert.match(response.Reason ?? "", OUR_FAULT);
      const passed = time.now - NOW.getTime();
      assert.ok(passed < 5600, `it responded after ${passed} ms`);
      const { reason, openStackIds } = await recordOf(externalId);
      assert.match(reason ?? "", OUR_FAULT);
      assert.deepEqual(openStackIds, [STACK], "its Delete is still to come");
    });

    it("keeps a Delete that succeeded and cannot be written", async () => {
      const { kept } = await handle("Delete", newExternalId(), { ...failing, milliseconds: 3300 });
      assert.deepEqual(
        kept.map(({ type, stackId }) => [type, stackId]),
        [["Delete", STACK]],
      );
    });

    it("throws when it can neither write nor keep it, so that it comes again", async () => {
      const keepVerified = () => Promise.reject(new Error("The queue is on fire."));
      await assert.rejects(
        handle("Delete", newExternalId(), { ...failing, milliseconds: 3300, keepVerified }),
        /on fire/,
      );
    });
  });

  it("makes no call for a message that is not a request", async () => {
    const fail = () => assert.fail("it made a call");
    const droppedMessages: string[] = [];
    await receive(
      { Sns: { Message: "{}" } },
      {
        here: HERE,
        connections: unreachable,
        assumeRole: fail,
        openOrganization: fail,
        deliver: fail,
        keepVerified: fail,
        telemetry: {
          dropped: ({ dropped }) => void droppedMessages.push(dropped),
          postponed: fail,
          responded: fail,
          error: fail,
        },
        now: () => NOW,
      },
      new VirtualDeadline(NOW.getTime() + 60_000, time),
    );
    assert.equal(droppedMessages.length, 1);
  });
});
