/** The faults that `npm run faults` injects, and what the program promises under each. */
import assert from "node:assert/strict";
import { freePort } from "../../emulator/aws/loopback.js";
import type { StackChanges } from "../../emulator/customer/customer.js";
import type { Call, Fault, FunctionChanges } from "./fault-proxy.js";
import type { Testbed } from "./testbed.js";
import { repairTrust, trustingNobody } from "./trust-policies.js";

export interface Scenario {
  readonly fault: string;
  /** How the receiver is configured for it. */
  readonly changes?: () => Promise<FunctionChanges>;
  /**
   * Injects the fault and checks what comes of it.
   * @returns what happened, for the table
   * @throws AssertionError where that is not what is promised
   */
  readonly run: (testbed: Testbed) => Promise<string>;
  /** Whether it ends the function's process: then the response may need a second delivery. */
  readonly endsProcess?: boolean;
}

const OUR_FAULT = /because of a fault on our side/;

const callsOf = (service: string, fault: Fault) => (call: Call) =>
  call.action.startsWith(`${service}:`) ? fault : undefined;

/** On the first call of an action only. */
const once = (action: string, fault: Fault) => {
  let seen = false;
  return (call: Call) => {
    if (seen || call.action !== action) return undefined;
    seen = true;
    return fault;
  };
};

/** On the first calls of a service only. */
const first = (count: number, service: string, fault: Fault) => {
  let calls = 0;
  return ({ action }: Call) => (action.startsWith(`${service}:`) && calls++ < count ? fault : undefined);
};

/** For some seconds from the first call of the service on. */
const forSeconds = (seconds: number, service: string, fault: Fault) => {
  let first: number | undefined;
  return (call: Call) => {
    if (!call.action.startsWith(`${service}:`)) return undefined;
    first ??= call.at;
    return call.at < first + seconds * 1000 ? fault : undefined;
  };
};

async function expectStatus(testbed: Testbed, externalId: string, status: string): Promise<void> {
  const found = await testbed.statusOf(externalId);
  assert.ok(found === status, `the connection is ${found}`);
}

async function expectConnected(testbed: Testbed, changes?: StackChanges): Promise<string> {
  const { link, externalId } = await testbed.newLink();
  const { status, reason } = await testbed.create(link, changes);
  assert.ok(status === "CREATE_COMPLETE", `the stack is ${status}: ${reason}`);
  await expectStatus(testbed, externalId, "connected");
  return "connected";
}

/** The stack fails with the sentence that it was our fault, and the same link can be used again. */
async function expectOurFault(testbed: Testbed): Promise<string> {
  const { link, externalId } = await testbed.newLink();
  const { status, reason = "" } = await testbed.create(link);
  assert.ok(status === "ROLLBACK_COMPLETE" && OUR_FAULT.test(reason), `the stack is ${status}: ${reason}`);
  await expectStatus(testbed, externalId, "pending");
  return "rolled back: our fault, try again";
}

async function connectedStack(testbed: Testbed) {
  const { link, externalId } = await testbed.newLink();
  const { stack, status, reason } = await testbed.create(link);
  assert.ok(status === "CREATE_COMPLETE", `the stack is ${status} before the fault: ${reason}`);
  return { stack, externalId };
}

export const scenarios: readonly Scenario[] = [
  {
    fault: "the table refuses connections",
    changes: async () => ({
      variables: { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await freePort()}` },
    }),
    run: expectOurFault,
  },
  {
    fault: "the table hangs",
    run: (testbed) => {
      testbed.proxy.fault = callsOf("dynamodb", "hang");
      return expectOurFault(testbed);
    },
  },
  {
    fault: "two connections to the table hang",
    run: (testbed) => {
      testbed.proxy.fault = first(2, "dynamodb", "hang");
      return expectConnected(testbed);
    },
  },
  {
    fault: "the table breaks connections for 1 s",
    run: (testbed) => {
      testbed.proxy.fault = forSeconds(1, "dynamodb", "break");
      return expectConnected(testbed);
    },
  },
  {
    fault: "STS throttles",
    run: (testbed) => {
      testbed.proxy.fault = callsOf("sts", "throttle");
      return expectOurFault(testbed);
    },
  },
  {
    fault: "STS throttles for 10 s",
    run: (testbed) => {
      testbed.proxy.fault = forSeconds(10, "sts", "throttle");
      return expectConnected(testbed);
    },
  },
  {
    fault: "STS hangs",
    run: (testbed) => {
      testbed.proxy.fault = callsOf("sts", "hang");
      return expectOurFault(testbed);
    },
  },
  {
    fault: "two connections to STS hang",
    run: (testbed) => {
      testbed.proxy.fault = first(2, "sts", "hang");
      return expectConnected(testbed);
    },
  },
  {
    fault: "the role is assumable only 15 s after the first probe",
    run: async (testbed) => {
      const connected = expectConnected(testbed, { template: trustingNobody });
      await Promise.all([
        connected,
        testbed.called("sts:AssumeRole").then(() => repairTrust(testbed.customer, 15)),
      ]);
      return connected;
    },
  },
  {
    fault: "the response bucket returns 500 for 10 s",
    run: async (testbed) => {
      let until: number | undefined;
      testbed.bucketFault = () => {
        until ??= Date.now() + 10_000;
        return Date.now() < until ? 500 : undefined;
      };
      return expectConnected(testbed);
    },
  },
  {
    fault: "two connections to the response bucket hang",
    run: async (testbed) => {
      let seen = 0;
      testbed.bucketFault = () => (seen++ < 2 ? "hang" : undefined);
      return expectConnected(testbed);
    },
  },
  {
    fault: "the function is killed while it probes",
    endsProcess: true,
    run: (testbed) => {
      testbed.proxy.fault = once("sts:AssumeRole", "kill");
      return expectConnected(testbed);
    },
  },
  {
    fault: "the function is killed after a Delete's response",
    endsProcess: true,
    run: async (testbed) => {
      const { stack, externalId } = await connectedStack(testbed);
      testbed.proxy.fault = once("dynamodb:GetItem", "kill");
      const { status } = await stack.delete();
      assert.ok(status === "DELETE_COMPLETE", `the stack is ${status}`);
      await testbed.idle();
      await expectStatus(testbed, externalId, "disconnected");
      return "stack deleted, then disconnected";
    },
  },
  {
    fault: "the function hangs until Lambda ends it",
    endsProcess: true,
    run: (testbed) => {
      testbed.proxy.fault = once("sts:AssumeRole", "freeze");
      return expectConnected(testbed);
    },
  },
  {
    fault: "the function has only 20 s, and STS hangs",
    changes: async () => ({ timeoutSeconds: 20 }),
    run: (testbed) => {
      testbed.proxy.fault = callsOf("sts", "hang");
      return expectOurFault(testbed);
    },
  },
  {
    fault: "the table fails after a Delete's response",
    run: async (testbed) => {
      const { stack, externalId } = await connectedStack(testbed);
      testbed.proxy.fault = callsOf("dynamodb", "break");
      const { status } = await stack.delete();
      assert.ok(status === "DELETE_COMPLETE", `the stack is ${status}`);
      await testbed.idle();
      await expectStatus(testbed, externalId, "connected");
      const messages = await testbed.deadLetters();
      assert.ok(messages.length === 1, `there are ${messages.length} messages in the dead-letter queue`);
      const [message = "{}"] = messages;
      const { verified, request } = JSON.parse(message) as {
        readonly verified?: boolean;
        readonly request?: { readonly type: string; readonly stackId: string };
      };
      assert.ok(
        verified === true && request?.type === "Delete" && request.stackId === stack.id,
        `the message in the dead-letter queue is ${message}`,
      );
      assert.ok(!message.includes("https://"), "the message in the dead-letter queue contains a URL");
      return "stack deleted; kept as verified";
    },
  },
];
