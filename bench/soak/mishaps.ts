/** The mishaps of a soak: which there are, how likely each is, and whom it hits. */
import type { AwsStandIn, Call, Fault } from "./aws.js";
import type { Question, SeededRandom } from "./random.js";

const PROBABILITY = {
  callFails: 0.01,
  /** Of the calls that fail, the share that fails again when it is repeated. */
  failsAgain: 0.2,
  deliveredTwice: 0.05,
  late: 0.1,
  killed: 0.01,
  stackFails: 0.01,
  /** Of a stack: its role is not what the template says, until it is tried again. */
  roleIsMissing: 0.01,
  /** Its role can be assumed only after the first delivery. */
  roleIsSlow: 0.01,
  /** The customer has CloudFormation preserve what succeeded when a stack fails. */
  isPreserved: 0.5,
  retriesByCreate: 0.5,
  cleansUpBefore: 0.3,
  updates: 0.05,
  otherRole: 0.5,
  /** Of an update: something else fails, and CloudFormation goes back. */
  updateFails: 0.2,
  endedByVendor: 0.02,
  leaves: 0.05,
};

const MAX_KILL_MILLISECONDS = 40;
const MAX_DELAY_MILLISECONDS = 300;

export class Mishaps {
  /** Set when calls are to succeed again. */
  callsSucceed = false;
  /** How often each call about an account was made. */
  private readonly attempts = new Map<string, number>();

  constructor(private readonly random: SeededRandom) {}

  /** Whether something goes wrong. */
  happens(what: keyof typeof PROBABILITY, ...question: Question): boolean {
    return this.random.happens(PROBABILITY[what], what, ...question);
  }

  /** A number of milliseconds up to a limit. */
  milliseconds(limit: number, ...question: Question): number {
    return this.random.number("how long", ...question) * limit;
  }

  /** After how many milliseconds a function is killed, where it is. */
  killTime(...question: Question): number | undefined {
    return this.happens("killed", ...question)
      ? this.milliseconds(MAX_KILL_MILLISECONDS, "killed", ...question)
      : undefined;
  }

  /** By how many milliseconds a notification is late. */
  delay(...question: Question): number {
    return this.happens("late", ...question)
      ? this.milliseconds(MAX_DELAY_MILLISECONDS, "late", ...question)
      : 0;
  }

  /** How a call fails, where it does. */
  faultFor({ service, action, subject }: Call, aws: AwsStandIn): Fault | undefined {
    if (this.callsSucceed) return undefined;
    const call = `${service} ${action} ${accountOf(subject, aws)}`;
    const attempt = (this.attempts.get(call) ?? 0) + 1;
    this.attempts.set(call, attempt);
    const { callFails, failsAgain } = PROBABILITY;
    const fails = this.random.happens(callFails, "callFails", call, attempt);
    const again = this.random.happens(callFails * failsAgain, "callFails", call, attempt - 1);
    if (!fails && !again) return undefined;
    const kinds: readonly Fault[] = ["error", "throttled", "requestLost", "replyLost"];
    return kinds[Math.floor(this.random.number("kind", call, attempt) * kinds.length)];
  }
}

/** External IDs differ from run to run, but the accounts that they belong to do not. */
function accountOf(subject: string, { table }: AwsStandIn): string {
  const connection = table.get(subject) ?? table.get(subject.replace(/-(?=[0-9a-f]{8}-)/, ":"));
  return connection?.accountId?.S ?? /\d{12}/.exec(subject)?.[0] ?? "";
}
