/**
 * Everything that we could think of to fool the receiver, tried on its real bundle in a process of its own. The tables beside this
 * file say what is tried and why it fails; this file runs them and checks everything that the process did.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { statusChange } from "../../../functions/changes/announcements.js";
import { fromItem } from "../../../functions/domain/connection-item.js";
import type { Attack } from "./attack.js";
import { deliveries } from "./deliveries.js";
import { garbage } from "./garbage.js";
import { organizations } from "./organizations.js";
import { type Invocation, REGION, ReceiverProcess } from "./receiver-process.js";
import { requests } from "./requests.js";
import { bucketHost } from "./response-signature.js";
import { responseUrls } from "./response-urls.js";
import {
  ATTACKER,
  type ConnectionName,
  connections,
  forged,
  genuine,
  later,
  minutesAgo,
  notification,
  roleOf,
  setScene,
  signed,
  stackOf,
  VICTIM,
  victimCreate,
  withProperties,
} from "./scene.js";

const attacks: readonly Attack[] = [
  ...responseUrls,
  ...requests,
  ...deliveries,
  ...organizations,
  ...garbage,
];

const withoutRepetition = (calls: readonly string[]) =>
  calls.filter((call, index) => call !== calls[index - 1]);

/** What somebody waits for until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe("The receiver's bundle", function () {
  this.timeout(60_000);
  let receiver: ReceiverProcess;
  let scene: Readonly<Record<string, Record<string, unknown>>>;
  let inputsRun = 0;

  before(async () => {
    receiver = await ReceiverProcess.start();
  });
  after(() => receiver.stop());
  beforeEach(() => setScene(receiver));

  /** What applications hear of an invocation's writes, as the changes function tells it. */
  let told: string[] = [];
  const listen = () => {
    told = [];
    const records = new Map(receiver.table.items.map((item) => [item.externalId?.S, fromItem(item)]));
    receiver.table.onWrite = (item) => {
      const [before, after] = [records.get(item.externalId?.S), fromItem(item)];
      records.set(item.externalId?.S, after);
      const heard = statusChange({ before, after }, new Date().toISOString());
      if (heard) told.push(`${heard.externalId} is ${heard.status}`);
    };
  };

  /** The attributes that differ from the scene's, by connection. */
  const changes = () => {
    const now = receiver.table.connections();
    const changed = Object.entries(connections).map(([name, { externalId }]) => {
      const [was = {}, is = {}] = [scene[externalId], now[externalId]];
      const attributes = [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .filter((attribute) => JSON.stringify(was[attribute]) !== JSON.stringify(is[attribute]))
        .filter((attribute) => !["revision", "attempts", "statusChangedAt"].includes(attribute));
      return [name, attributes.toSorted()] as const;
    });
    assert.equal(Object.keys(now).length, changed.length, "a connection was made up or lost");
    return Object.fromEntries(changed.filter(([, attributes]) => attributes.length > 0));
  };

  /** Nobody else's host, whatever is tried. */
  const assertHosts = ({ opened }: Invocation) => {
    const allowed = [`${bucketHost(REGION)}:443`, receiver.awsHost];
    assert.deepEqual(
      opened.filter((host) => !allowed.includes(host)),
      [],
    );
  };

  const run = async (event: unknown, milliseconds?: number): Promise<Invocation> => {
    setScene(receiver);
    scene = receiver.table.connections();
    listen();
    const invocation = await receiver.invoke(event, milliseconds);
    assertHosts(invocation);
    return invocation;
  };

  it("connects with the genuine request that the attacks alter, so that each fails for its own reason", async () => {
    const { calls, responses, opened, error } = await run(notification(genuine));
    assert.equal(error, undefined);
    // The same calls and hosts are watched below.
    assert.deepEqual([...new Set(opened)].toSorted(), [receiver.awsHost, `${bucketHost(REGION)}:443`]);
    assert.deepEqual(withoutRepetition(calls), [
      "UpdateItem",
      "AssumeRole",
      "UpdateItem",
      "PUT SUCCESS 200",
      // It notes that the response was accepted.
      "UpdateItem",
    ]);
    assert.equal(responses.length, 1);
    assert.ok(changes().attackerPending?.includes("roleArn"));
    assert.deepEqual(told, [`${connections.attackerPending.externalId} is connected`]);
  });

  for (const { title, why, inputs, expected } of attacks) {
    it(`is not fooled by ${title} (${Object.keys(inputs).length})`, async () => {
      for (const [input, event] of Object.entries(inputs)) {
        inputsRun += 1;
        const what = `${title}: ${input}. ${why}`;
        const { calls, opened, responses, error } = await run(event);
        if (expected.throws) assert.match(error ?? "nothing was thrown", expected.throws, what);
        else assert.equal(error, undefined, what);
        assert.deepEqual(withoutRepetition(calls), expected.calls, what);
        if (expected.calls.length === 0) assert.deepEqual(opened, [], what);
        if (expected.reason) assert.match(responses[0]?.Reason ?? "no reason", expected.reason, what);
        const changed: Partial<Record<ConnectionName, readonly string[]>> = changes();
        assert.deepEqual(changed, expected.changes ?? {}, what);
        // Whatever was written and undone again.
        assert.deepEqual(told, [], what);
        // Whatever the tables say: nothing of a victim's connection ever changes but the reason of a failed attempt, and how many
        // responses were refused.
        assert.deepEqual(changed.victimConnected ?? [], [], what);
        assert.deepEqual(
          (changed.victimPending ?? []).filter(
            (attribute) => attribute !== "reason" && attribute !== "refusals",
          ),
          [],
          what,
        );
      }
    });
  }

  for (const status of [300, 301, 302, 303, 307, 308]) {
    it(`follows no redirect (${status}) of a response bucket, wherever it leads`, async () => {
      const places = [
        "https://attacker.example/",
        "http://169.254.169.254/latest/",
        `http://${receiver.awsHost}/`,
      ];
      for (const location of places) {
        inputsRun += 1;
        receiver.redirect = { status, location };
        const { calls, error } = await run(notification(genuine)).finally(() => {
          receiver.redirect = undefined;
        });
        assert.equal(error, undefined);
        // The response was refused, so the Create is rolled back.
        assert.deepEqual(calls.slice(-4), [`PUT SUCCESS ${status}`, "GetItem", "UpdateItem", "UpdateItem"]);
        assert.deepEqual(changes(), { attackerPending: ["refusals"] });
        assert.deepEqual(told, []);
      }
    });
  }

  it("connects no role that was never probed, when a genuine message has the number of a forged one", async () => {
    inputsRun += 1;
    const { externalId } = connections.attackerPending;
    const other = withProperties(genuine, { RoleArn: roleOf(ATTACKER, "open") });
    const [arrived, undone] = [gate(), gate()];
    let second: Promise<Invocation> | undefined;
    // The forged one has connected: the genuine one finds it so. By the time that the bucket takes its response, the forged one is undone.
    receiver.beforeResponse = async (isSigned) => {
      if (isSigned) {
        arrived.open();
        return undone.opened;
      }
      second = receiver.invoke(notification(other, minutesAgo(3)));
      return arrived.opened;
    };
    let status: string | undefined;
    receiver.table.onWrite = (item) => {
      if (item.externalId?.S !== externalId) return;
      if (status === "connected" && item.status?.S === "pending") undone.open();
      status = item.status?.S;
    };
    const first = await receiver.invoke(notification(forged(genuine))).finally(() => {
      undone.open();
    });
    const both = [first, await second].map((one) => one?.error);
    receiver.beforeResponse = undefined;
    assert.deepEqual(both, [undefined, undefined]);
    const { status: now, roleArn } = receiver.table.connections()[externalId] ?? {};
    assert.deepEqual([now, roleArn], ["pending", undefined]);
  });

  it("reads the record of each of a flood of guessed external IDs, and probes and writes for none", async () => {
    const flood = Array.from({ length: 200 }, (_, index) => {
      const RequestId = randomUUID();
      const message = withProperties({ ...genuine, RequestId }, { ExternalID: `${REGION}:${randomUUID()}` });
      return index % 2 === 0 ? forged(message) : signed(message);
    });
    inputsRun += flood.length;
    const { calls, responses, error } = await run(
      { Records: flood.flatMap((m) => notification(m).Records) },
      // Whatever the machine: the last of them are to be treated like the first.
      600_000,
    );
    assert.equal(error, undefined);
    assert.equal(responses.length, 200);
    assert.ok(responses.every(({ Status }) => Status === "FAILED"));
    assert.deepEqual([...new Set(calls)].toSorted(), [
      "GetItem",
      "PUT FAILED 200",
      "PUT FAILED 403",
      "UpdateItem (condition not met)",
    ]);
    // Again for those whose response was accepted: a reason would be kept if there was a record.
    assert.equal(calls.filter((call) => call === "GetItem").length, 100);
    assert.deepEqual(changes(), {});
  });

  it("lets a flood of forged Creates of one link probe a limited number of times", async () => {
    const flood = Array.from({ length: 30 }, (_, index) =>
      forged(
        withProperties(
          { ...victimCreate, StackId: stackOf(VICTIM, `made-up-${index}`), RequestId: randomUUID() },
          { RoleArn: roleOf(VICTIM, `made-up-${index}`) },
        ),
      ),
    );
    inputsRun += flood.length;
    const event = { Records: flood.flatMap((m) => notification(m, minutesAgo(3)).Records) };
    const { responses, error } = await run(event);
    assert.equal(error, undefined);
    assert.equal(responses.length, 30);
    const probed = responses.filter(({ Reason = "" }) => Reason.includes("cannot be assumed"));
    const notProbed = responses.filter(({ Reason = "" }) => Reason.includes("was tried 20 times"));
    assert.deepEqual([probed.length, notProbed.length], [20, 10]);
    assert.deepEqual(changes(), { victimPending: ["refusals"] });
    // The attempts are given back, and nothing more is waited for.
    const { attempts } = receiver.table.connections()[connections.victimPending.externalId] ?? {};
    assert.equal(attempts, 0);
    const [first] = flood;
    const { calls } = await receiver.invoke(notification(first));
    assert.deepEqual(calls.slice(0, 3), ["UpdateItem", "AssumeRole", "PUT FAILED 403"]);
  });

  it("lets a flood of forged Updates use up none of a connected victim's attempts", async () => {
    const flood = Array.from({ length: 25 }, (_, index) =>
      forged(
        later(
          withProperties(
            { ...victimCreate, StackId: stackOf(VICTIM, "victim"), RequestId: randomUUID() },
            {
              ExternalID: connections.victimConnected.externalId,
              RoleArn: roleOf(VICTIM, `made-up-${index}`),
            },
          ),
          "Update",
        ),
      ),
    );
    inputsRun += flood.length;
    const event = { Records: flood.flatMap((m) => notification(m, minutesAgo(3)).Records) };
    const { error } = await run(event);
    assert.equal(error, undefined);
    assert.deepEqual(changes(), { victimConnected: ["refusals"] });
    const { attempts } = receiver.table.connections()[connections.victimConnected.externalId] ?? {};
    assert.equal(attempts, 0);
  });

  it("was tried with at least 200 hostile inputs", () => {
    assert.ok(inputsRun >= 200, `${inputsRun} inputs`);
  });

  it("wrote no response URL and no whole external ID into its log", () => {
    assert.ok(receiver.log.includes("Dropped a message without a response"));
    assert.doesNotMatch(receiver.log, /X-Amz-Signature|%7CConnection%7C/i);
    for (const { externalId } of Object.values(connections)) {
      assert.ok(!receiver.log.includes(externalId), `${externalId} is in the log`);
    }
  });
});
