/**
 * Custom resources whose ServiceToken is an SNS topic, which ministack lacks.
 *
 * For each of them ministack invokes a function in the customer's account instead. That function has no code: ministack forwards its
 * invocations to this server (MINISTACK_LAMBDA_PROXY_URL). The server publishes the request to the topic with the customer's own
 * rights, as CloudFormation does with its caller's, so the topic's policy decides as it does on AWS. The response URL in it is of
 * the genuine kind, and the first response goes back to ministack.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { PublishCommand } from "@aws-sdk/client-sns";
import { zipSync } from "fflate";
import type { Accounts } from "./accounts.js";
import { close, listen, urlOf } from "./loopback.js";
import type { CustomResourceResponse, ResponseBuckets } from "./response-buckets.js";

type Properties = Readonly<Record<string, unknown>>;

/** A CloudFormation template, as far as the emulator looks into it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
  readonly [section: string]: unknown;
}

export interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly StackId: string;
  /** Where ministack waits for the response; empty for a request that ministack did not make. */
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  /** With the topic as their ServiceToken. */
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

/** A request that CloudFormation made, and its response as soon as there is one. */
export interface CustomResourceRequest {
  readonly event: CustomResourceEvent;
  readonly responseUrl: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** The first response that the bucket accepted, or a failure because the request could not be published. */
  response?: CustomResourceResponse;
  respondedAt?: number;
  /** How many responses the bucket accepted: anything but 1 is a bug in the receiver. */
  responseCount: number;
}

const FUNCTION_NAME = "custom-resource-forwarder";

/** The property under which a resource keeps its topic while ministack sees a function as its ServiceToken. */
const TOPIC_PROPERTY = "SnsServiceToken";

export class CustomResources {
  /** In the order in which they were made. */
  readonly requests: CustomResourceRequest[] = [];
  /** ARNs of the functions that ministack invokes, by account and region. */
  private readonly functions = new Map<string, Promise<string>>();
  /** ARNs of their roles, by account. */
  private readonly roles = new Map<string, Promise<string>>();

  private constructor(
    private readonly server: Server,
    private readonly accounts: Accounts,
    private readonly buckets: ResponseBuckets,
  ) {
    server.on("request", (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        // The embedded cloud is stopping while a stack operation is in progress, or it is broken in a way that the stack will report.
        outgoing.writeHead(502).end(String(error));
      });
    });
  }

  static async start(accounts: Accounts, buckets: ResponseBuckets): Promise<CustomResources> {
    const server = createServer();
    await listen(server);
    return new CustomResources(server, accounts, buckets);
  }

  /** A template that ministack can run: its custom resources lead here instead of to their topics. */
  async adapt(template: Template, accountId: string, region: string): Promise<Template> {
    const functionArn = await this.functionIn(accountId, region);
    const resources = Object.entries(template.Resources).map(([name, resource]) => {
      if (!resource.Type.startsWith("Custom::")) return [name, resource];
      const { ServiceToken: topic, ...properties } = resource.Properties ?? {};
      const adapted = { ...properties, ServiceToken: functionArn, [TOPIC_PROPERTY]: topic };
      return [name, { ...resource, Properties: adapted }];
    });
    return { ...template, Resources: Object.fromEntries(resources) };
  }

  /**
   * Publishes a request to its topic with the rights of the stack's account. One that the topic refuses gets a FAILED response at
   * once, with the refusal as the reason, as on AWS.
   */
  async send(event: CustomResourceEvent): Promise<void> {
    const [, , , region = "", accountId = ""] = event.StackId.split(":");
    const key = {
      stackId: event.StackId,
      logicalResourceId: event.LogicalResourceId,
      requestId: event.RequestId,
    };
    const responseUrl = await this.buckets.responseUrl(region, key, (response) =>
      this.respond(request, response),
    );
    const request: CustomResourceRequest = { event, responseUrl, madeAt: Date.now(), responseCount: 0 };
    this.requests.push(request);
    const topic = String(event.ResourceProperties.ServiceToken);
    const message = { ...event, ServiceToken: topic, ResponseURL: responseUrl };
    try {
      await this.accounts
        .of(accountId)
        .sns(region)
        .send(
          new PublishCommand({
            TopicArn: topic,
            Subject: "AWS CloudFormation custom resource request",
            Message: JSON.stringify(message),
          }),
        );
    } catch (error) {
      await this.respond(request, {
        Status: "FAILED",
        Reason: (error as Error).message,
        PhysicalResourceId: event.PhysicalResourceId ?? "",
        StackId: event.StackId,
        LogicalResourceId: event.LogicalResourceId,
        RequestId: event.RequestId,
      });
    }
  }

  /** The requests of one stack, in the order in which they were made. */
  of(stackId: string): CustomResourceRequest[] {
    return this.requests.filter((request) => request.event.StackId === stackId);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const event = (await json(incoming)) as CustomResourceEvent;
    await this.send({
      ...event,
      ResourceProperties: original(event.ResourceProperties),
      ...(event.OldResourceProperties && { OldResourceProperties: original(event.OldResourceProperties) }),
    });
    outgoing.end();
  }

  private async respond(request: CustomResourceRequest, response: CustomResourceResponse): Promise<void> {
    request.responseCount++;
    // CloudFormation takes the first response to a request and ignores later ones.
    if (request.response) return;
    request.response = response;
    request.respondedAt = Date.now();
    const { ResponseURL } = request.event;
    if (ResponseURL) await fetch(ResponseURL, { method: "PUT", body: JSON.stringify(response) });
  }

  private functionIn(accountId: string, region: string): Promise<string> {
    const key = `${accountId} ${region}`;
    const functionArn = this.functions.get(key) ?? this.createFunction(accountId, region);
    this.functions.set(key, functionArn);
    return functionArn;
  }

  private async createFunction(accountId: string, region: string): Promise<string> {
    const clients = this.accounts.of(accountId);
    const role = await this.role(accountId);
    const { FunctionArn = "" } = await clients.lambda(region).send(
      new CreateFunctionCommand({
        FunctionName: FUNCTION_NAME,
        Role: role,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Timeout: 30,
        Code: { ZipFile: zipSync({}) },
        Environment: { Variables: { MINISTACK_LAMBDA_PROXY_URL: urlOf(this.server) } },
      }),
    );
    return FunctionArn;
  }

  /** A function cannot be created without a role. This one is never used. */
  private role(accountId: string): Promise<string> {
    const role =
      this.roles.get(accountId) ??
      this.accounts
        .of(accountId)
        .iam("us-east-1")
        .send(
          new CreateRoleCommand({
            RoleName: FUNCTION_NAME,
            AssumeRolePolicyDocument: JSON.stringify({
              Version: "2012-10-17",
              Statement: [
                {
                  Effect: "Allow",
                  Principal: { Service: "lambda.amazonaws.com" },
                  Action: "sts:AssumeRole",
                },
              ],
            }),
          }),
        )
        .then(({ Role }) => Role?.Arn ?? "");
    this.roles.set(accountId, role);
    return role;
  }
}

/** A resource's properties as the template has them, with the topic as the ServiceToken. */
function original({ [TOPIC_PROPERTY]: topic, ...properties }: Properties): Properties {
  return { ...properties, ServiceToken: topic };
}
