/** What is around receive(), played in memory and in virtual time: the table, STS and CloudFormation's response bucket. */
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { CustomerOrganization } from "../../../../functions/aws/organizations.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { fromItem } from "../../../../functions/domain/connection-item.js";
import {
  type CallOptions,
  ConnectionRepository,
} from "../../../../functions/domain/connection-repository.js";
import { physicalIdOf } from "../../../../functions/domain/physical-id.js";
import { HEALTH_ATTRIBUTES, RECEIVER_ATTRIBUTES } from "../../../../functions/domain/written-attributes.js";
import { type Delivery, ResponseNotDeliveredError } from "../../../../functions/receiver/delivery.js";
import type { Dependencies } from "../../../../functions/receiver/dependencies.js";
import { receive } from "../../../../functions/receiver/receiver.js";
import type { Request } from "../../../../functions/receiver/request.js";
import type { Response as ReceiverResponse } from "../../../../functions/receiver/response.js";
import type { ResponseKey } from "../../../../functions/receiver/response-url.js";
import type { Deadline } from "../../../../functions/runtime/deadline.js";
import { attributesOf } from "../../../stand-ins/expressions.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import { type Time, VirtualDeadline } from "../../virtual-time.js";

const REGION = "eu-west-1";
const ACCOUNT = "111122223333";
const TOPIC = `arn:aws:sns:${REGION}:999988887777:onboarding-test-1`;
export const EXTERNAL_ID = `${REGION}:0f0e0d0c-0b0a-4908-8706-050403020100`;
export const HERE = { region: REGION, customerRolePath: "/onboarding/" };
export const START = new Date("2026-06-01T12:00:00.000Z");

const MINUTE = 60_000;
/** CloudFormation's response URLs are good for two hours. */
const URL_LIFETIME = 120 * MINUTE;
/** What the function has for one request. */
export const DEADLINE = 85_000;

/** How a call goes: well, with an error that says nothing, not at all, or well and nobody learns of it. */
export type Fault = "none" | "throttled" | "hangs" | "lost";

/** What a call is to do, each time that one is made. */
export interface Conditions {
  /** Virtual milliseconds. */
  duration(): number;
  /** @param requestId of a response */
  fault(call: string, requestId?: string): Fault;
}

const SMOOTH: Conditions = { duration: () => 5, fault: () => "none" };

/** An open link. */
export const pending: Connection = {
  externalId: EXTERNAL_ID,
  accountId: ACCOUNT,
  region: REGION,
  topicArn: TOPIC,
  tenant: "4711",
  grantedTo: "Example Company (4711)",
  status: "pending",
  revision: 1,
  createdAt: START.toISOString(),
  expiresAt: new Date(START.getTime() + 7 * 24 * 60 * MINUTE).toISOString(),
  deleteAfter: 1_900_000_000,
};

export interface CustomResourceRequest {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResponseURL: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

export interface Response {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly Data?: Readonly<Record<string, string>>;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  /** When it was PUT, and how long that could have gone on, in milliseconds. */
  readonly at: number;
  readonly left: number;
  /** `failed` where the bucket never got it. */
  readonly delivery: Delivery | "failed";
}

export const stackNamed = (name: string, account = ACCOUNT) =>
  `arn:aws:cloudformation:${REGION}:${account}:stack/${name}/0a1b2c3d-0000-11ef-8000-0123456789ab`;
export const roleNamed = (name: string, account = ACCOUNT) =>
  `arn:aws:iam::${account}:role/onboarding/${name}`;

/** The response URL of a request; the bucket takes what is signed, for two hours. */
export function responseUrl(
  { stackId, logicalResourceId, requestId }: ResponseKey,
  signature: string,
): string {
  const bucket = `cloudformation-custom-resource-response-${REGION.replaceAll("-", "")}`;
  const path = `${stackId.replaceAll(":", "%3A")}%7C${logicalResourceId}%7C${requestId}`;
  return `https://${bucket}.s3.${REGION}.amazonaws.com/${path}?X-Amz-Expires=7200&X-Amz-Signature=${signature}`;
}

/** As a template's stack says it. */
export const templateVersionOf = (version: string) => version.padStart(12, "0");

/** What a request says, besides its type, stack and ID. */
export interface RequestValues {
  readonly role: string;
  readonly version?: string;
  readonly physicalId?: string;
  /** The bucket accepts "genuine" ones only. */
  readonly signature?: string;
  /** Of the stack. */
  readonly account?: string;
  /** The link's, whatever the stack is. */
  readonly link?: Connection;
  /** Of the role, where it is not the stack's. */
  readonly roleAccount?: string;
  /** What an Update says that the external ID was. */
  readonly oldExternalId?: string | undefined;
}

/** A request as the template's custom resource makes it. */
export function request(
  RequestType: CustomResourceRequest["RequestType"],
  stack: string,
  id: string,
  values: RequestValues,
): CustomResourceRequest {
  const { role, version = "1", physicalId, signature = "genuine", oldExternalId } = values;
  const { link = pending, account = link.accountId, roleAccount = account } = values;
  const { externalId, topicArn, grantedTo } = link;
  const key = { stackId: stackNamed(stack, account), logicalResourceId: "Connection", requestId: id };
  return {
    RequestType,
    RequestId: id,
    StackId: key.stackId,
    LogicalResourceId: key.logicalResourceId,
    ResponseURL: responseUrl(key, signature),
    ...(RequestType !== "Create" && {
      PhysicalResourceId: physicalId ?? physicalIdOf(externalId),
    }),
    ResourceProperties: {
      ServiceToken: topicArn,
      RoleArn: roleNamed(role, roleAccount),
      AccountID: link.accountId,
      ExternalID: externalId,
      GrantedTo: grantedTo,
      TemplateVersion: templateVersionOf(version),
    },
    ...(oldExternalId && { OldResourceProperties: { ExternalID: oldExternalId } }),
  };
}

export function notification(message: unknown, publishedAt: number): unknown {
  return {
    Sns: {
      Message: typeof message === "string" ? message : JSON.stringify(message),
      TopicArn: TOPIC,
      Timestamp: new Date(publishedAt).toISOString(),
    },
  };
}

/** The trust policies of roles, by ARN: they require the link's external ID or none; other roles do not exist. */
const POLICY: Readonly<Record<string, (externalId: string | undefined) => boolean>> = {
  [roleNamed("safe")]: (externalId) => externalId === EXTERNAL_ID,
  [roleNamed("other")]: (externalId) => externalId === EXTERNAL_ID,
  [roleNamed("open")]: () => true,
};

/** In which whatever stack phones home for it may deploy. Nobody lists its accounts here. */
const ORGANIZATION: CustomerOrganization = {
  describe: async () => ({
    organizationId: "o-a1b2c3d4e5",
    managementAccountId: ACCOUNT,
    hasAllFeatures: true,
  }),
  rootId: async () => "r-ab12",
  stackSetsAccess: async () => "ENABLED",
  page: async () => ({ accounts: [] }),
  stackInstances: async () => ({ instances: [] }),
};

export class World {
  readonly table = new TableStandIn();
  readonly responses: Response[] = [];
  /** Every call but the responses, by name. */
  readonly calls: string[] = [];
  /** What was accepted and could not be written. */
  readonly keptVerified: { readonly request: Request; readonly response: ReceiverResponse }[] = [];
  /** The roles that there are. */
  readonly trustPolicies = new Map(Object.entries(POLICY));
  /** The attributes that updates named: what `dynamodb:Attributes` is on AWS. */
  readonly written = { receiver: new Set<string>(), health: new Set<string>() };
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  onResponse: (response: Response) => void = () => {};

  /** The receiver's, and the health check's. */
  readonly repository: ConnectionRepository;
  readonly healthRepository: ConnectionRepository;

  constructor(
    readonly time: Time,
    private readonly conditions: Conditions = SMOOTH,
  ) {
    this.table.put(pending);
    const { receiver, health } = this.written;
    this.repository = new ConnectionRepository(
      this.client(receiver, RECEIVER_ATTRIBUTES),
      "onboarding-test",
      { withCode: true },
    );
    this.healthRepository = new ConnectionRepository(
      this.client(health, HEALTH_ATTRIBUTES),
      "onboarding-test",
    );
  }

  /** The link's record. */
  get connection(): Readonly<Record<string, unknown>> {
    return this.connectionOf(EXTERNAL_ID);
  }

  connectionOf(externalId: string): Readonly<Record<string, unknown>> {
    return { ...fromItem(this.table.get(externalId)) };
  }

  /** One delivery of a message. */
  async deliver(message: unknown, publishedAt = this.time.now): Promise<void> {
    await this.receive(notification(message, publishedAt), publishedAt);
  }

  /**
   * Lambda's deliveries of a message: it waits a minute before the second one and two before the third, and then keeps it in the
   * dead-letter queue.
   */
  async deliverUntilHandled(message: unknown, publishedAt = this.time.now): Promise<void> {
    for (const minutes of [1, 2, 0]) {
      try {
        return await this.deliver(message, publishedAt);
      } catch {
        await this.time.wait(minutes * MINUTE);
      }
    }
  }

  /** Exactly one response, or none and an error: then the record is delivered again. */
  async receive(record: unknown, publishedAt = this.time.now): Promise<void> {
    const deadline = new VirtualDeadline(this.time.now + DEADLINE, this.time);
    const sent: string[] = [];
    const dependencies = this.dependencies(publishedAt, sent);
    let isDropped = false;
    const telemetry = {
      ...dependencies.telemetry,
      dropped: () => {
        isDropped = true;
      },
    };
    let isThrown = true;
    try {
      await receive(record, { ...dependencies, telemetry }, deadline);
      isThrown = false;
    } finally {
      const isRight = isThrown ? sent.length <= 1 : sent.length === (isDropped ? 0 : 1);
      if (!isRight) this.violations.push(`${sent.length} responses: ${sent.join(" ")}`);
    }
  }

  private dependencies(publishedAt: number, sent: string[]): Dependencies {
    return {
      here: HERE,
      connections: this.repository,
      assumeRole: (roleArn, externalId, deadline) => this.assumeRole(roleArn, externalId, deadline),
      openOrganization: async () => ORGANIZATION,
      deliver: (target, body, deadline) => {
        sent.push(body);
        return this.takeResponse(target.path, body, deadline, publishedAt);
      },
      keepVerified: async (request, response, _cause, { abortSignal }) => {
        const fault = await this.call("SendMessage", abortSignal);
        this.keptVerified.push({ request, response });
        if (fault === "lost") throw new Error("no reply");
      },
      telemetry: { dropped: () => {}, postponed: () => {}, responded: () => {}, error: () => {} },
      now: () => new Date(this.time.now),
    };
  }

  async assumeRole(roleArn: string, externalId: string | undefined, deadline: Deadline) {
    await this.call("AssumeRole", deadline.signal);
    if (!this.trustPolicies.get(roleArn)?.(externalId)) {
      throw Object.assign(new Error("no"), { name: "AccessDenied" });
    }
    return `AROA ${roleArn}`;
  }

  private async takeResponse(
    path: string,
    body: string,
    deadline: Deadline,
    publishedAt: number,
  ): Promise<Delivery> {
    const { now } = this.time;
    const { left } = deadline;
    await this.time.wait(this.conditions.duration());
    const isTaken = path.endsWith("Signature=genuine") && now < publishedAt + URL_LIFETIME;
    const content = JSON.parse(body) as Response;
    const fault = this.conditions.fault("PUT", content.RequestId);
    const isReached = fault === "none" || fault === "lost";
    const delivery = isTaken ? "accepted" : "refused";
    const response = { ...content, at: now, left, delivery: isReached ? delivery : "failed" } as const;
    this.responses.push(response);
    this.onResponse(response);
    if (fault !== "none") throw new ResponseNotDeliveredError("the bucket", new Error("it failed"));
    return delivery;
  }

  /** @param written gets the attributes that updates name @param allowed those that the function's role may name */
  private client(written: Set<string>, allowed: readonly string[]): DynamoDBClient {
    const table = this.table.client();
    const send = async (command: UpdateItemCommand, options: CallOptions = {}) => {
      for (const name of command instanceof UpdateItemCommand ? attributesOf(command.input) : []) {
        written.add(name);
        if (allowed.includes(name)) continue;
        this.violations.push(`the role does not allow to name ${name}`);
        throw Object.assign(new Error(name), { name: "AccessDeniedException" });
      }
      const fault = await this.call(command.constructor.name.replace(/Command$/, ""), options.abortSignal);
      const result = await table.send(command, options);
      if (fault === "lost") throw Object.assign(new Error("no reply"), { name: "TimeoutError" });
      return result;
    };
    return { send } as unknown as DynamoDBClient;
  }

  /** A call as the SDK makes it: it takes its time, or as long as it may. */
  private async call(name: string, signal?: AbortSignal): Promise<Fault> {
    this.calls.push(name);
    const fault = this.conditions.fault(name);
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener("abort", () => reject(signal.reason)),
    );
    aborted.catch(() => {});
    await Promise.race([aborted, ...(fault === "hangs" ? [] : [this.time.wait(this.conditions.duration())])]);
    if (fault === "throttled") throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    return fault;
  }
}
