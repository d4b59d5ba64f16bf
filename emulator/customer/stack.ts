/** A CloudFormation stack in a customer's account. */
import { randomUUID } from "node:crypto";
import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackEvent,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import type { CustomResourceRequest } from "../aws/custom-resources.js";
import { poll } from "../poll.js";
import type { Customer, TemplateChange } from "./customer.js";

/** How a stack operation ended. */
export interface StackOutcome {
  readonly status: string;
  /** The first reason that a resource or the stack gave for failing. */
  readonly reason: string | undefined;
  /** Oldest first. */
  readonly events: readonly StackEvent[];
  readonly outputs: Readonly<Record<string, string>>;
}

interface StackUpdate {
  /** @default the stack's current template */
  readonly templateUrl?: string;
  readonly template?: TemplateChange;
  readonly parameters?: Readonly<Record<string, string>>;
}

export class Stack {
  constructor(
    readonly id: string,
    readonly region: string,
    readonly customer: Customer,
  ) {}

  /** Every custom resource request that CloudFormation has made for this stack. */
  get requests(): CustomResourceRequest[] {
    return this.customer.customResources.of(this.id);
  }

  /** Waits until the operation in progress has ended, and so has the clean-up that follows a failed one. */
  async settled(timeoutSeconds = 120): Promise<StackOutcome> {
    const { status, outputs } = await this.ended(timeoutSeconds);
    const events = await this.events();
    if (status === "ROLLBACK_COMPLETE" || status === "CREATE_FAILED") {
      await this.deleteFailedResources(timeoutSeconds);
    }
    const failure = events.find(
      ({ ResourceStatus, ResourceStatusReason }) =>
        ResourceStatus?.endsWith("_FAILED") && ResourceStatusReason,
    );
    return { status, outputs, events, reason: failure?.ResourceStatusReason };
  }

  async update({ templateUrl, template, parameters }: StackUpdate): Promise<StackOutcome> {
    const current = await this.describe();
    const source = templateUrl
      ? await this.customer.templateAt(templateUrl, template)
      : { UsePreviousTemplate: true };
    await this.cloudFormation.send(
      new UpdateStackCommand({
        StackName: this.id,
        ...source,
        Parameters: toParameters({ ...current.parameters, ...parameters }),
        Capabilities: ["CAPABILITY_NAMED_IAM"],
      }),
    );
    return this.settled();
  }

  async delete(): Promise<StackOutcome> {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: this.id }));
    return this.settled();
  }

  async describe() {
    const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: this.id }));
    const { StackStatus = "", Parameters = [], Outputs = [] } = Stacks?.[0] ?? {};
    const parameters = Parameters.map((parameter) => [parameter.ParameterKey, parameter.ParameterValue]);
    const outputs = Outputs.map((output) => [output.OutputKey, output.OutputValue]);
    return {
      status: StackStatus as string,
      parameters: Object.fromEntries(parameters) as Record<string, string>,
      outputs: Object.fromEntries(outputs) as Record<string, string>,
    };
  }

  /** The stack's events, oldest first. */
  async events(): Promise<StackEvent[]> {
    const { StackEvents = [] } = await this.cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: this.id }),
    );
    return StackEvents.toReversed();
  }

  private get cloudFormation() {
    return this.customer.clients.cloudFormation(this.region);
  }

  private async ended(timeoutSeconds: number) {
    let status = "";
    let lookedAt = 0;
    const settledStack = async () => {
      // As long as CloudFormation waits for a response, looking changes nothing and costs the emulator time; unless it gives up.
      const isWaiting = this.requests.some(({ response }) => response === undefined);
      if (isWaiting && Date.now() - lookedAt < 1000) return undefined;
      lookedAt = Date.now();
      const stack = await this.describe();
      status = stack.status;
      return status.endsWith("_IN_PROGRESS") ? undefined : stack;
    };
    return poll(settledStack, {
      timeoutSeconds,
      failure: () => `Stack ${this.id} is still ${status} after ${timeoutSeconds} s.`,
    });
  }

  /**
   * CloudFormation follows a failed Create by a Delete, which ministack leaves out. It carries the physical ID of the response or,
   * where there was none, one that CloudFormation makes up.
   */
  private async deleteFailedResources(timeoutSeconds: number): Promise<void> {
    const isFor = (type: "Create" | "Delete", logicalId?: string) => (request: CustomResourceRequest) =>
      request.event.RequestType === type &&
      (logicalId === undefined || request.event.LogicalResourceId === logicalId);
    for (const { event, response } of this.requests.filter(isFor("Create"))) {
      if (this.requests.some(isFor("Delete", event.LogicalResourceId))) continue;
      const [, name] = this.id.split("/");
      const madeUp = `${name}-${event.LogicalResourceId}-${randomUUID().slice(0, 12).toUpperCase()}`;
      const RequestId = randomUUID();
      await this.customer.customResources.send({
        ...event,
        RequestType: "Delete",
        RequestId,
        ResponseURL: "",
        PhysicalResourceId: response?.PhysicalResourceId || madeUp,
      });
      await poll(() => this.requests.find((made) => made.event.RequestId === RequestId)?.response, {
        timeoutSeconds,
        failure: () => `The Delete of stack ${this.id} got no response within ${timeoutSeconds} s.`,
      });
    }
  }
}

/** Values as CloudFormation takes them. */
export function toParameters(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
}
