/** What a customer and CloudFormation do with one stack, from its creation to its end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsStandIn } from "./aws.js";
import type { CloudFormation, CustomResourceRequest, Outcome, Stack } from "./cloudformation.js";
import type { Mishaps } from "./mishaps.js";
import type { Question } from "./random.js";

/** What is around a stack. */
export interface Surroundings {
  readonly aws: AwsStandIn;
  readonly cloudFormation: CloudFormation;
  readonly mishaps: Mishaps;
  /** @param isHasty whether the receiver has hardly any time to wait for the role */
  readonly publish: (request: CustomResourceRequest, isHasty?: boolean) => Promise<Outcome | "no response">;
  readonly count: (what: string) => void;
  readonly report: (problem: string) => void;
}

const MAX_RETRIES = 2;
const MAX_DELETES = 5;
/** A role that is slower than the receiver waits for in one delivery, which here is about a second. */
const SLOW_ROLE_MILLISECONDS = 1500;

export class StackLife {
  constructor(
    private readonly stack: Stack,
    private readonly around: Surroundings,
    private readonly question: Question,
  ) {}

  /** Creates it; CloudFormation tries its resource again, or rolls it back. */
  async create(): Promise<"complete" | "rolled back" | "no response"> {
    const { stack, around, question } = this;
    const { mishaps, cloudFormation } = around;
    const isMissing = mishaps.happens("roleIsMissing", ...question);
    const isSlow = mishaps.happens("roleIsSlow", ...question);
    if (isSlow && !isMissing) around.count("slow roles");
    this.makeRole(isMissing ? undefined : isSlow ? SLOW_ROLE_MILLISECONDS : 0);
    const create = cloudFormation.request(stack, "Create");
    if (mishaps.happens("stackFails", ...question)) {
      around.count("stacks that failed for another reason");
      const when = mishaps.milliseconds(60, "stack fails", ...question);
      setTimeout(() => create.end("cancelled"), when);
    }
    const outcome = await around.publish(create, isMissing || isSlow);
    if (outcome === "no response") return outcome;
    stack.take(outcome, madeUp(1));
    const isPreserved = mishaps.happens("isPreserved", ...question);
    for (let retry = 1; isPreserved && !stack.isLive && retry <= MAX_RETRIES; retry++) {
      if ((await this.retry(retry)) === "no response") return "no response";
    }
    if (stack.isLive) return "complete";
    await this.delete();
    around.count("stacks rolled back");
    return "rolled back";
  }

  /** In the same stack, after the customer has repaired its role. What was tried before is deleted before it or after it. */
  private async retry(number: number): Promise<"done" | "no response"> {
    const { stack, around, question } = this;
    const { mishaps, cloudFormation } = around;
    around.count("retries in a stack");
    this.makeRole(0);
    const isCreate = mishaps.happens("retriesByCreate", ...question, number);
    const { physicalId } = stack;
    if (isCreate && mishaps.happens("cleansUpBefore", ...question, number)) await this.remove(physicalId);
    else stack.superseded.push(physicalId);
    const request = cloudFormation.request(
      stack,
      isCreate ? "Create" : "Update",
      isCreate ? undefined : physicalId,
    );
    const outcome = await around.publish(request);
    if (outcome === "no response") return outcome;
    stack.take(outcome, isCreate ? madeUp(number + 1) : physicalId);
    if (stack.isLive) {
      for (const id of stack.superseded) await this.remove(id);
      stack.superseded = [];
    }
    return "done";
  }

  /** To a new template, perhaps with another role. If that fails, CloudFormation goes back. */
  async update(): Promise<void> {
    const { stack, around, question } = this;
    const { mishaps, cloudFormation, aws } = around;
    const before = stack.values;
    const isOtherRole = mishaps.happens("otherRole", ...question);
    const after = { roleArn: isOtherRole ? stack.newRole() : before.roleArn, version: before.version + 1 };
    aws.roles.set(after.roleArn, stack.externalId);
    around.count("updates");
    const outcome = await around.publish(cloudFormation.request(stack, "Update", stack.physicalId, after));
    const isUpdated = succeeded(outcome) && !mishaps.happens("updateFails", ...question);
    if (isUpdated) stack.values = after;
    else {
      around.count("updates rolled back");
      const back = await around.publish(cloudFormation.request(stack, "Update", stack.physicalId, before));
      stack.isStuck = !succeeded(back);
      if (stack.isStuck) around.count("updates that could not be rolled back");
    }
    // Clean-up comes a moment later.
    await sleep(20);
    if (isOtherRole) aws.roles.delete((isUpdated ? before : after).roleArn);
  }

  async delete(): Promise<void> {
    const { stack, around } = this;
    for (const id of [...stack.superseded, stack.physicalId]) {
      if (!(await this.remove(id))) return;
    }
    stack.isDeleted = true;
    around.aws.roles.delete(stack.values.roleArn);
  }

  /** A Delete without a response leaves the stack in DELETE_FAILED, and its owner deletes it again. */
  private async remove(physicalId: string): Promise<boolean> {
    const { stack, around } = this;
    for (let tries = 1; tries <= MAX_DELETES; tries++) {
      const outcome = await around.publish(around.cloudFormation.request(stack, "Delete", physicalId));
      if (outcome === "no response") return false;
      if (succeeded(outcome)) return true;
      around.count("deletes repeated");
    }
    around.report(`The stack ${stack.id} could not be deleted.`);
    return false;
  }

  /** @param delay after how many milliseconds it can be assumed; undefined for never */
  private makeRole(delay: number | undefined): void {
    const { stack, around } = this;
    const { roleArn } = stack.values;
    const make = () => {
      if (!stack.isDeleted) around.aws.roles.set(roleArn, stack.externalId);
    };
    if (delay === 0) make();
    else if (delay !== undefined) setTimeout(make, delay);
  }
}

function succeeded(outcome: Outcome | "no response"): boolean {
  return typeof outcome === "object" && outcome.Status === "SUCCESS";
}

/** The physical ID that CloudFormation makes up for what got no response. */
function madeUp(attempt: number): string {
  return `customer-PhoneHome-MADEUP${attempt}`;
}
