/**
 * Everything that we could think of to fool the receiver, tried on its real bundle in a process of its own. The tables beside this
 * file say what is tried and why it fails; this file runs them and looks at all that the process did.
 */
import assert from "node:assert/strict";
import type { Attack } from "./attack.js";
import { type Invocation, REGION, ReceiverProcess } from "./receiver-process.js";
import { bucketHost } from "./response-signature.js";
import { responseUrls } from "./response-urls.js";
import { type ConnectionName, connections, genuine, notification, setScene } from "./scene.js";

const attacks: readonly Attack[] = [...responseUrls];

const withoutRepetition = (calls: readonly string[]) =>
  calls.filter((call, index) => call !== calls[index - 1]);

describe("The receiver's bundle", function () {
  this.timeout(60_000);
  let receiver: ReceiverProcess;
  let before_: Readonly<Record<string, Record<string, unknown>>>;
  let inputsRun = 0;

  before(async () => {
    receiver = await ReceiverProcess.start();
  });
  after(() => receiver.stop());
  beforeEach(() => setScene(receiver));

  /** The attributes that are different from the scene's, by connection. */
  const changes = () => {
    const now = receiver.table.connections();
    const changed = Object.entries(connections).map(([name, { externalId }]) => {
      const [was = {}, is = {}] = [before_[externalId], now[externalId]];
      const attributes = [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .filter((attribute) => JSON.stringify(was[attribute]) !== JSON.stringify(is[attribute]))
        .filter((attribute) => attribute !== "revision" && attribute !== "attempts");
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

  const run = async (event: unknown): Promise<Invocation> => {
    setScene(receiver);
    before_ = receiver.table.connections();
    const invocation = await receiver.invoke(event);
    assertHosts(invocation);
    return invocation;
  };

  it("takes the genuine request that the attacks bend, so that each fails for its own reason", async () => {
    const { calls, answers, error } = await run(notification(genuine));
    assert.equal(error, undefined);
    assert.deepEqual(withoutRepetition(calls), [
      "GetItem",
      "UpdateItem",
      "AssumeRole",
      "UpdateItem",
      "PUT SUCCESS 200",
    ]);
    assert.equal(answers.length, 1);
    assert.ok(changes().attackerPending?.includes("roleArn"));
  });

  for (const { title, why, inputs, expected } of attacks) {
    it(`is not fooled by ${title} (${Object.keys(inputs).length})`, async () => {
      for (const [input, event] of Object.entries(inputs)) {
        inputsRun += 1;
        const what = `${title}: ${input}. ${why}`;
        const { calls, opened, answers, error } = await run(event);
        if (expected.throws) assert.match(error ?? "nothing was thrown", expected.throws, what);
        else assert.equal(error, undefined, what);
        assert.deepEqual(withoutRepetition(calls), expected.calls, what);
        if (expected.calls.length === 0) assert.deepEqual(opened, [], what);
        if (expected.reason) assert.match(answers[0]?.Reason ?? "no reason", expected.reason, what);
        const changed: Partial<Record<ConnectionName, readonly string[]>> = changes();
        assert.deepEqual(changed, expected.changes ?? {}, what);
        // Whatever a table above may say: of a victim's connection nothing but the reason of a failed attempt ever changes.
        assert.deepEqual(changed.victimConnected ?? [], [], what);
        assert.deepEqual(
          (changed.victimPending ?? []).filter((attribute) => attribute !== "reason"),
          [],
          what,
        );
      }
    });
  }

  it("was tried with 200 hostile inputs at least", () => {
    assert.ok(inputsRun >= 200, `${inputsRun} inputs`);
  });

  it("wrote no response URL and no whole external ID into its log", () => {
    assert.ok(receiver.log.includes("Refused a request without an answer"));
    assert.doesNotMatch(receiver.log, /X-Amz-Signature|%7CConnection%7C/i);
    for (const { externalId } of Object.values(connections)) {
      assert.ok(!receiver.log.includes(externalId), `${externalId} is in the log`);
    }
  });
});
