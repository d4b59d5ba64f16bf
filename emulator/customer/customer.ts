/**
 * A customer with an AWS account: opens a link as CloudFormation's console does, and creates, updates and deletes the
 * stack with the account's own rights.
 */
import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackEvent,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand } from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import {
  type BridgeEnvironment,
  type CustomResourceEvent,
  SERVICE_TOKEN_PROPERTY,
} from "../aws/bridge/index.js";
import { AccountClients } from "../aws/clients.js";
import type { CustomResourceRequest, CustomResources } from "../aws/custom-resources.js";

/** A CloudFormation template, as far as this file looks into it. */
export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly [section: string]: unknown;
}

/** What a customer does differently from what the link says. */
export interface StackChanges {
  /** Creates the stack in another region than the link's. */
  readonly region?: string;
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Changes the template before the stack is made from it. */
  readonly template?: (template: Template) => Template;
}

/** How a stack operation ended. */
export interface StackOutcome {
  readonly status: string;
  /** The first reason that a resource or the stack gave for failing. */
  readonly reason: string | undefined;
  readonly events: readonly StackEvent[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a customer's account needs from the embedded cloud around it. */
export interface CustomerDependencies {
  readonly endpoint: string;
  readonly customResources: CustomResources;
  readonly bridgeCode: string;
}

const BRIDGE = "cloudformation-sns-bridge";

/**
 * Fetches a template from its bucket's virtual-host URL without any credentials, as CloudFormation's page does.
 * ministack speaks plain HTTP; the header tells it, as a load balancer would, that the request was made over TLS.
 */
export async function fetchAnonymously(endpoint: string, url: string): Promise<string> {
  const { hostname, pathname } = new URL(url);
  const target = new URL(endpoint);
  return new Promise((resolve, reject) => {
    httpRequest(
      {
        hostname: target.hostname,
        port: target.port,
        path: pathname,
        headers: { Host: hostname, "X-Forwarded-Proto": "https" },
      },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`GET ${url} was answered with ${response.statusCode}: ${text.slice(0, 300)}`));
      },
    )
      .on("error", reject)
      .end();
  });
}

export class Customer {
  readonly clients: AccountClients;
  private readonly bridges = new Map<string, Promise<string>>();

  constructor(
    readonly accountId: string,
    readonly dependencies: CustomerDependencies,
  ) {
    this.clients = new AccountClients(dependencies.endpoint, accountId);
  }

  /** Opens a link and presses "Create stack". */
  async createStack(link: string, changes: StackChanges = {}): Promise<Stack> {
    const quickCreate = readQuickCreateLink(link);
    const region = changes.region ?? quickCreate.region;
    const template = await this.prepareTemplate(quickCreate.templateUrl, region, changes.template);
    const { StackId } = await this.clients.cloudFormation(region).send(
      new CreateStackCommand({
        StackName: changes.stackName ?? quickCreate.stackName,
        TemplateBody: template,
        Parameters: asParameters({ ...quickCreate.parameters, ...changes.parameters }),
        Capabilities: ["CAPABILITY_IAM"],
      }),
    );
    return new Stack(StackId ?? "", region, this);
  }

  /** The template at a URL with the bridge in it, ready for ministack. */
  async prepareTemplate(
    templateUrl: string,
    region: string,
    change: (template: Template) => Template = (template) => template,
  ): Promise<string> {
    const text = await fetchAnonymously(this.dependencies.endpoint, templateUrl);
    const template = change(JSON.parse(text) as Template);
    const bridge = await this.bridge(region);
    const Resources = Object.fromEntries(
      Object.entries(template.Resources).map(([name, resource]) => {
        if (!resource.Type.startsWith("Custom::")) return [name, resource];
        const { ServiceToken, ...rest } = resource.Properties ?? {};
        const Properties = { ...rest, ServiceToken: bridge, [SERVICE_TOKEN_PROPERTY]: ServiceToken };
        return [name, { ...resource, Properties }];
      }),
    );
    return JSON.stringify({ ...template, Resources });
  }

  /** Sends a request of CloudFormation's that ministack does not make itself, through the bridge. */
  async sendRequest(region: string, event: CustomResourceEvent): Promise<void> {
    const FunctionName = await this.bridge(region);
    await this.clients
      .lambda(region)
      .send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }));
  }

  /** The ARN of the account's bridge function in a region, made when first needed. */
  private bridge(region: string): Promise<string> {
    const made = this.bridges.get(region) ?? this.createBridge(region);
    this.bridges.set(region, made);
    return made;
  }

  private async createBridge(region: string): Promise<string> {
    const iam = this.clients.iam("us-east-1");
    const RoleName = BRIDGE;
    const existing = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
    if (!existing) {
      await iam
        .send(
          new CreateRoleCommand({
            RoleName,
            AssumeRolePolicyDocument: policy({
              Principal: { Service: "lambda.amazonaws.com" },
              Action: "sts:AssumeRole",
            }),
          }),
        )
        // Two regions of one customer may get here at once; the second finds the role made.
        .catch(ignore("EntityAlreadyExists"));
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "publish",
          PolicyDocument: policy({ Action: "sns:Publish", Resource: "*" }),
        }),
      );
    }
    const environment: BridgeEnvironment = { CUSTOM_RESOURCES_URL: this.dependencies.customResources.url };
    const { FunctionArn } = await this.clients.lambda(region).send(
      new CreateFunctionCommand({
        FunctionName: BRIDGE,
        Role: `arn:aws:iam::${this.accountId}:role/${RoleName}`,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Timeout: 30,
        Code: { ZipFile: zipSync({ "index.js": Buffer.from(this.dependencies.bridgeCode) }) },
        Environment: { Variables: { ...environment } },
      }),
    );
    return FunctionArn ?? "";
  }
}

export class Stack {
  constructor(
    readonly id: string,
    readonly region: string,
    readonly customer: Customer,
  ) {}

  /** Every custom resource request that CloudFormation made for this stack so far. */
  get requests(): CustomResourceRequest[] {
    return this.customer.dependencies.customResources.of(this.id);
  }

  /** Resolves when the operation under way has ended, and what AWS does after a failed one is done too. */
  async settled(timeoutSeconds = 120): Promise<StackOutcome> {
    const outcome = await this.untilSettled(timeoutSeconds);
    if (outcome.status === "ROLLBACK_COMPLETE" || outcome.status === "CREATE_FAILED") {
      await this.deleteWhatFailed(timeoutSeconds);
    }
    return outcome;
  }

  /** Creates the stack's next version: from a new template, with other parameters, or both. */
  async update(changes: {
    readonly templateUrl?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly template?: (template: Template) => Template;
  }): Promise<StackOutcome> {
    const current = await this.describe();
    const parameters = { ...current.parameters, ...changes.parameters };
    const body = changes.templateUrl
      ? {
          TemplateBody: await this.customer.prepareTemplate(
            changes.templateUrl,
            this.region,
            changes.template,
          ),
        }
      : { UsePreviousTemplate: true };
    await this.customer.clients.cloudFormation(this.region).send(
      new UpdateStackCommand({
        StackName: this.id,
        ...body,
        Parameters: asParameters(parameters),
        Capabilities: ["CAPABILITY_IAM"],
      }),
    );
    return this.settled();
  }

  async delete(): Promise<StackOutcome> {
    await this.customer.clients
      .cloudFormation(this.region)
      .send(new DeleteStackCommand({ StackName: this.id }));
    return this.settled();
  }

  /** The stack as it is now. */
  async describe() {
    const { Stacks } = await this.customer.clients
      .cloudFormation(this.region)
      .send(new DescribeStacksCommand({ StackName: this.id }));
    const stack = Stacks?.[0];
    const entries = (stack?.Parameters ?? []).map(
      ({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue] as const,
    );
    const outputs = (stack?.Outputs ?? []).map(
      ({ OutputKey, OutputValue }) => [OutputKey, OutputValue] as const,
    );
    return {
      status: stack?.StackStatus ?? "",
      parameters: Object.fromEntries(entries) as Record<string, string>,
      outputs: Object.fromEntries(outputs) as Record<string, string>,
    };
  }

  private async untilSettled(timeoutSeconds: number): Promise<StackOutcome> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const { status, outputs } = await this.describe();
      if (!status.endsWith("_IN_PROGRESS")) {
        const events = await this.events();
        const failed = events.find(
          ({ ResourceStatus, ResourceStatusReason }) =>
            ResourceStatus?.endsWith("_FAILED") && ResourceStatusReason,
        );
        return { status, outputs, events, reason: failed?.ResourceStatusReason };
      }
      if (Date.now() > deadline) {
        throw new Error(`Stack ${this.id} is still ${status} after ${timeoutSeconds} s`);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** The stack's events, oldest first. */
  async events(): Promise<StackEvent[]> {
    const { StackEvents = [] } = await this.customer.clients
      .cloudFormation(this.region)
      .send(new DescribeStackEventsCommand({ StackName: this.id }));
    return [...StackEvents].reverse();
  }

  /**
   * A failed Create is followed by a Delete, which ministack leaves out. It carries the physical ID that the answer
   * gave or, where no answer came, one that CloudFormation makes up.
   */
  private async deleteWhatFailed(timeoutSeconds: number): Promise<void> {
    const creates = this.requests.filter(({ event }) => event.RequestType === "Create");
    for (const { event, answer } of creates) {
      const deleted = this.requests.some(
        (other) =>
          other.event.RequestType === "Delete" && other.event.LogicalResourceId === event.LogicalResourceId,
      );
      if (deleted) continue;
      const madeUp = `${this.id.split("/")[1]}-${event.LogicalResourceId}-${randomUUID().slice(0, 12).toUpperCase()}`;
      const RequestId = randomUUID();
      await this.customer.sendRequest(this.region, {
        ...event,
        RequestType: "Delete",
        RequestId,
        ResponseURL: "",
        PhysicalResourceId: answer?.PhysicalResourceId || madeUp,
      });
      await this.untilAnswered(RequestId, timeoutSeconds);
    }
  }

  private async untilAnswered(requestId: string, timeoutSeconds: number): Promise<void> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    while (Date.now() < deadline) {
      if (this.requests.some(({ event, answer }) => event.RequestId === requestId && answer)) return;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    throw new Error(
      `The Delete ${requestId} of stack ${this.id} was not answered within ${timeoutSeconds} s`,
    );
  }
}

const asParameters = (parameters: Readonly<Record<string, string>>) =>
  Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

const policy = (statement: Record<string, unknown>) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const ignore = (name: string) => (error: unknown) => {
  if (!String((error as Error).name).startsWith(name)) throw error;
};
