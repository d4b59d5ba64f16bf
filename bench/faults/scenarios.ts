/** The faults that `npm run faults` injects, and what the program promises under each. */

import { freePort } from "../../emulator/aws/ministack.js";
import type { StackChanges } from "../../emulator/customer/customer.js";
import type { Call, Fault, FunctionChanges } from "./faulty-endpoint.js";
import type { Stage } from "./stage.js";
import { mendTrust, trustingNobody } from "./trust.js";

/** A fault and what is to come of it. */
export interface Scenario {
  readonly fault: string;
  /** How the receiver is configured for it. */
  readonly changes?: () => Promise<FunctionChanges>;
  /**
   * Plays the fault.
   * @returns what happened, for the table
   * @throws Broken where it is not what is promised
   */
  readonly play: (stage: Stage) => Promise<string>;
  /** Whether the process dies in it: then the answer may need a second delivery. */
  readonly dies?: boolean;
}

/** What happened is not what is promised. */
export class Broken extends Error {}

const OUR_FAULT = /because of a fault on our side/;

const callsOf = (service: string, fault: Fault) => (call: Call) =>
  call.action.startsWith(`${service}:`) ? fault : undefined;

/** For the first call of an action only. */
const once = (action: string, fault: Fault) => {
  let met = false;
  return (call: Call) => {
    if (met || call.action !== action) return undefined;
    met = true;
    return fault;
  };
};

/** For so long after the first call of the service. */
const forSeconds = (seconds: number, service: string, fault: Fault) => {
  let first: number | undefined;
  return (call: Call) => {
    if (!call.action.startsWith(`${service}:`)) return undefined;
    first ??= call.at;
    return call.at < first + seconds * 1000 ? fault : undefined;
  };
};

function expect(holds: boolean, sentence: string): void {
  if (!holds) throw new Broken(sentence);
}

async function expectConnected(stage: Stage, changes?: StackChanges): Promise<string> {
  const { link, externalId } = await stage.newLink();
  const { status, reason } = await stage.create(link, changes);
  expect(status === "CREATE_COMPLETE", `the stack is ${status}: ${reason}`);
  const record = await stage.record(externalId);
  expect(record.status === "connected", `the connection is ${record.status}`);
  return "connected";
}

/** The stack fails, is told why, and can be tried again: once the fault is over, the same link connects. */
async function expectOurFault(stage: Stage): Promise<string> {
  const { link, externalId } = await stage.newLink();
  const { status, reason = "" } = await stage.create(link);
  expect(status === "ROLLBACK_COMPLETE" && OUR_FAULT.test(reason), `the stack is ${status}: ${reason}`);
  const record = await stage.record(externalId);
  expect(record.status === "pending", `the connection is ${record.status}`);
  return "rolled back: our fault, try again";
}

async function connectedStack(stage: Stage) {
  const { link, externalId } = await stage.newLink();
  const { stack, status, reason } = await stage.create(link);
  expect(status === "CREATE_COMPLETE", `the stack is ${status} before the fault: ${reason}`);
  return { stack, externalId };
}

export const scenarios: readonly Scenario[] = [
  {
    fault: "the table refuses connections",
    changes: async () => ({
      variables: { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await freePort()}` },
    }),
    play: expectOurFault,
  },
  {
    fault: "the table hangs",
    play: (stage) => {
      stage.endpoint.fault = callsOf("dynamodb", "hang");
      return expectOurFault(stage);
    },
  },
  {
    fault: "the table breaks connections for 1 s",
    play: (stage) => {
      stage.endpoint.fault = forSeconds(1, "dynamodb", "break");
      return expectConnected(stage);
    },
  },
  {
    fault: "STS throttles",
    play: (stage) => {
      stage.endpoint.fault = callsOf("sts", "throttle");
      return expectOurFault(stage);
    },
  },
  {
    fault: "STS throttles for 10 s",
    play: (stage) => {
      stage.endpoint.fault = forSeconds(10, "sts", "throttle");
      return expectConnected(stage);
    },
  },
  {
    fault: "STS hangs",
    play: (stage) => {
      stage.endpoint.fault = callsOf("sts", "hang");
      return expectOurFault(stage);
    },
  },
  {
    fault: "the role is assumable only 15 s after the first probe",
    play: async (stage) => {
      const connected = expectConnected(stage, { template: trustingNobody });
      await Promise.all([
        connected,
        stage.called("sts:AssumeRole").then(() => mendTrust(stage.customer, 15)),
      ]);
      return connected;
    },
  },
  {
    fault: "the response bucket answers 500 for 10 s",
    play: async (stage) => {
      let until: number | undefined;
      stage.bucketFault = () => {
        until ??= Date.now() + 10_000;
        return Date.now() < until ? 500 : undefined;
      };
      return expectConnected(stage);
    },
  },
  {
    fault: "the response bucket hangs at first",
    play: async (stage) => {
      let met = false;
      stage.bucketFault = () => {
        const first = !met;
        met = true;
        return first ? "hang" : undefined;
      };
      return expectConnected(stage);
    },
  },
  {
    fault: "the function is killed while it probes",
    dies: true,
    play: (stage) => {
      stage.endpoint.fault = once("sts:AssumeRole", "kill");
      return expectConnected(stage);
    },
  },
  {
    fault: "the function is killed after a Delete's answer",
    dies: true,
    play: async (stage) => {
      const { stack, externalId } = await connectedStack(stage);
      stage.endpoint.fault = once("dynamodb:GetItem", "kill");
      const { status } = await stack.delete();
      expect(status === "DELETE_COMPLETE", `the stack is ${status}`);
      await stage.done();
      const record = await stage.record(externalId);
      expect(record.status === "disconnected", `the connection is ${record.status}`);
      return "stack deleted, then disconnected";
    },
  },
  {
    fault: "the function stands still until Lambda ends it",
    dies: true,
    play: (stage) => {
      stage.endpoint.fault = once("sts:AssumeRole", "freeze");
      return expectConnected(stage);
    },
  },
  {
    fault: "the function has only 20 s, and STS hangs",
    changes: async () => ({ timeoutSeconds: 20 }),
    play: (stage) => {
      stage.endpoint.fault = callsOf("sts", "hang");
      return expectOurFault(stage);
    },
  },
  {
    fault: "the table fails once a Delete is answered",
    play: async (stage) => {
      const { stack, externalId } = await connectedStack(stage);
      stage.endpoint.fault = callsOf("dynamodb", "break");
      const { status } = await stack.delete();
      expect(status === "DELETE_COMPLETE", `the stack is ${status}`);
      await stage.done();
      const record = await stage.record(externalId);
      expect(record.status === "connected", `the connection is ${record.status}`);
      const letters = await stage.deadLetters();
      expect(letters.length === 1, `there are ${letters.length} dead letters`);
      const [letter = "{}"] = letters;
      const { verified, request } = JSON.parse(letter) as {
        readonly verified?: boolean;
        readonly request?: { readonly type: string; readonly stackId: string };
      };
      expect(
        verified === true && request?.type === "Delete" && request.stackId === stack.id,
        `the dead letter says ${letter}`,
      );
      expect(!letter.includes("https://"), "the dead letter holds a URL");
      return "stack deleted; kept as verified";
    },
  },
];
