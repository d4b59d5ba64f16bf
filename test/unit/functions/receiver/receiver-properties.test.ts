/** What holds of the receiver whatever happens, tried with what fast-check thinks of. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { HastyClock, VirtualClock } from "../../virtual-time.js";
import {
  type CustomResourceRequest,
  DEADLINE,
  type Fault,
  notification,
  pending,
  request,
  START,
  World,
} from "./receiver-world.js";

const MINUTE = 60_000;

describe("The receiver, for any two deliveries,", function () {
  this.timeout(60_000);

  it("two at once end in the same record as one after the other, in whichever order their calls interleave", () => {
    const create = request("Create", "stack", "1", { role: "safe" });
    const messages: Readonly<Record<string, CustomResourceRequest>> = {
      create,
      "create again": create,
      "create of another stack": request("Create", "another", "2", { role: "other" }),
      "create with an open role": request("Create", "third", "3", { role: "open" }),
      update: request("Update", "stack", "4", { role: "other", version: "2" }),
      "update back": request("Update", "stack", "5", { role: "safe", version: "3" }),
      delete: request("Delete", "stack", "6", { role: "safe" }),
      "delete again": request("Delete", "stack", "7", { role: "safe", physicalId: "made-up" }),
      "delete of another stack": request("Delete", "another", "8", { role: "other" }),
      "forged delete": request("Delete", "stack", "9", { role: "safe", signature: "forged" }),
      "forged update": request("Update", "stack", "10", { role: "other", signature: "forged" }),
    };
    const names = Object.keys(messages);
    // In the order in which CloudFormation publishes them.
    const publishedAt = (name: string) => START.getTime() - MINUTE + 1000 * names.indexOf(name);
    const deliver = (world: World, name: string) => world.deliver(messages[name], publishedAt(name));

    /** What counts in a record; what is left of a connection that ended is history. */
    const essence = ({ connection }: World) => {
      const { status, openStackIds, deletedStacks, deleteAfter, stackId, roleArn, templateVersion } =
        connection;
      const live = status === "connected" ? { stackId, roleArn, templateVersion } : {};
      return JSON.stringify({
        status,
        openStackIds,
        deletedStacks,
        isKept: deleteAfter === undefined,
        ...live,
      });
    };

    const oneAfterTheOther = async (before: readonly string[], pair: readonly string[]) => {
      const world = new World(new HastyClock(START));
      for (const name of [...before, ...pair]) await deliver(world, name);
      return essence(world);
    };

    return fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom<readonly string[]>([], ["create"], ["create", "update"], ["create of another stack"]),
        fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)),
        async (scheduler, before, pair) => {
          // A stack's Delete that meets a forged connection of that very stack ends the link. Nobody is connected by that; the customer
          // needs a new link.
          const isOpen = !before.includes("create");
          fc.pre(
            !(
              isOpen &&
              pair.includes("forged update") &&
              pair.some((name) => /^delete( again)?$/.test(name))
            ),
          );
          let isScheduled = false;
          const pause = async () => isScheduled && scheduler.schedule(Promise.resolve());
          const world = new World(new HastyClock(START, pause));
          for (const name of before) await deliver(world, name);
          isScheduled = true;
          await scheduler.waitFor(Promise.all(pair.map((name) => deliver(world, name))));
          const serial = [
            await oneAfterTheOther(before, pair),
            await oneAfterTheOther(before, pair.toReversed()),
          ];
          assert.ok(serial.includes(essence(world)), `${essence(world)} is not among ${serial.join(" ")}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("The receiver, whatever goes wrong,", function () {
  this.timeout(60_000);

  const fault = fc.constantFrom<Fault>("none", "none", "throttled", "hangs");
  const messages = fc.constantFrom(
    request("Create", "stack", "1", { role: "safe" }),
    request("Create", "stack", "1", { role: "open" }),
    request("Create", "stack", "1", { role: "missing" }),
    request("Update", "stack", "2", { role: "safe", version: "2" }),
    request("Update", "stack", "2", { role: "other" }),
    request("Update", "stack", "2", { role: "missing" }),
    request("Delete", "stack", "3", { role: "safe" }),
    request("Create", "another", "4", { role: "safe" }),
  );

  it("sends exactly one response, in time for five attempts, and ends within its minute", () =>
    fc.assert(
      fc.asyncProperty(
        messages,
        fc.boolean(),
        fc.infiniteStream(fault),
        fc.infiniteStream(fc.nat(4000)),
        async (message, isConnectedBefore, faults, durations) => {
          const clock = new VirtualClock(START);
          let isSmooth = true;
          const world = new World(clock, {
            duration: () => (isSmooth ? 1 : durations.next().value),
            fault: (call) => (isSmooth || call === "PUT" ? "none" : faults.next().value),
          });
          if (isConnectedBefore)
            await clock.run(world.deliver(request("Create", "stack", "0", { role: "safe" })));
          isSmooth = false;
          world.responses.length = 0;
          const start = clock.now;
          // Lambda's last delivery: an earlier one may end without a response, for a role that is not assumable yet.
          await clock.run(world.deliver(message, start - 3 * MINUTE).catch(() => {}));
          assert.deepEqual(
            world.responses.map(({ RequestId }) => RequestId),
            [message.RequestId],
          );
          const [response] = world.responses;
          // The waits between five tries are 12.5 s together.
          assert.ok(Number(response?.left) > 12_500, `${response?.left} ms are left to respond`);
          assert.ok(clock.now - start <= DEADLINE, `it took ${clock.now - start} ms`);
        },
      ),
      { numRuns: 500 },
    ));
});

describe("The receiver, for any garbage,", function () {
  this.timeout(60_000);
  const genuine = request("Create", "stack", "1", { role: "safe" });

  /** Nothing is called, nothing written, nothing responded to, nothing thrown. */
  const assertLeft = async (record: unknown) => {
    const world = new World(new HastyClock(START));
    await world.receive(record);
    assert.deepEqual(world.calls, []);
    assert.deepEqual(world.responses, []);
    assert.equal(world.connection.revision, pending.revision);
  };

  it("makes no call and writes nothing when the record is anything at all", () =>
    fc.assert(fc.asyncProperty(fc.anything({ withNullPrototype: true }), assertLeft), { numRuns: 500 }));

  it("makes no call and writes nothing when the message is any text or JSON", () =>
    fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.string()), (message) =>
        assertLeft(notification(message, START.getTime())),
      ),
      { numRuns: 500 },
    ));

  it("makes no call and writes nothing when one field of the request is anything else", () => {
    const fields = ["RequestType", "RequestId", "StackId", "LogicalResourceId", "ResponseURL"] as const;
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.webUrl());
    return fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), value, (field, other) => {
        fc.pre(other !== genuine[field]);
        // An Update and a Delete have the same form, but for the physical ID that is missing here.
        return assertLeft(notification({ ...genuine, [field]: other }, START.getTime()));
      }),
      { numRuns: 1000 },
    );
  });

  it("makes no call and writes nothing when one character of the response URL is another, too much or missing", () => {
    const { ResponseURL } = genuine;
    const end = ResponseURL.indexOf("?");
    /** The spellings of a URL that AWS itself uses. */
    const same = (url: string) => url.replace(/%3a/gi, ":").replace(/%7c/gi, "|");
    return fc.assert(
      fc.asyncProperty(
        fc.nat(end),
        fc.nat(1),
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 2 }),
          fc.constantFrom("/", ".", "@", ":", "#", "?", "\\", "%"),
        ),
        (at, removed, inserted) => {
          const url = ResponseURL.slice(0, at) + inserted + ResponseURL.slice(at + removed);
          fc.pre(same(url) !== same(ResponseURL));
          return assertLeft(notification({ ...genuine, ResponseURL: url }, START.getTime()));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("probes nothing and connects nothing when one property is anything else", () => {
    const fields = ["RoleArn", "AccountID", "ExternalID", "GrantedTo", "ServiceToken"] as const;
    const { ResourceProperties } = genuine;
    return fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fields),
        fc.oneof(fc.jsonValue(), fc.string({ unit: "binary", maxLength: 64 })),
        async (field, value) => {
          fc.pre(value !== ResourceProperties[field]);
          const world = new World(new HastyClock(START));
          const properties = { ...ResourceProperties, [field]: value };
          await world.deliver({ ...genuine, ResourceProperties: properties });
          assert.deepEqual(
            world.responses.map(({ Status }) => Status),
            ["FAILED"],
          );
          assert.ok(!world.calls.includes("AssumeRole"));
          assert.equal(world.connection.status, "pending");
        },
      ),
      { numRuns: 500 },
    );
  });
});
