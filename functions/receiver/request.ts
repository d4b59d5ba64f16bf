/**
 * What arrives: notifications of SNS. Each carries a custom resource request of CloudFormation, or whatever else an account that may
 * publish chose to send.
 */
import * as v from "valibot";
import { hostOf, type ResponseKey, type ResponseTarget, responseTarget } from "./response-url.js";

/** What the customer's stack sends, as the template names it. */
export interface Properties {
  readonly RoleArn: string;
  readonly AccountID: string;
  readonly ExternalID: string;
  readonly GrantedTo: string;
  /** Absent where the template has none. */
  readonly Tier?: string | undefined;
  /** 12 hexadecimal digits, as our templates have it; "" where it is anything else. */
  readonly TemplateVersion: string;
  readonly ServiceToken: string;
}

/** A request that this receiver may respond to. */
export interface Request extends ResponseKey {
  readonly type: "Create" | "Update" | "Delete";
  /** Undefined for a Create. */
  readonly physicalResourceId: string | undefined;
  /** Undefined where they are not what the template sends; `flaw` says what is wrong with them. */
  readonly properties: Properties | undefined;
  readonly flaw: string | undefined;
  /** For an Update: the external ID that the resource had before. */
  readonly oldExternalId: string | undefined;
  /** When it was published: by SNS's clock, which no publisher can set. */
  readonly publishedAt: Date;
  /** The topic it came through; undefined where the notification does not say. */
  readonly topicArn: string | undefined;
  readonly target: ResponseTarget;
}

/** A message that gets no response. */
export interface DroppedMessage {
  /** Why. */
  readonly dropped: string;
  /** The host of its response URL. */
  readonly host: string;
}

/** In characters. SNS takes 256 KB; a genuine request of our template has less than 4. */
const MAX_MESSAGE_LENGTH = 65_536;

const STACK_ID =
  /^arn:aws(?:-[a-z]+)*:cloudformation:[a-z0-9-]{4,32}:[0-9]{12}:stack\/[A-Za-z][A-Za-z0-9-]{0,127}\/[A-Za-z0-9-]{1,64}$/;

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

const Envelope = v.object({
  RequestType: v.picklist(["Create", "Update", "Delete"]),
  RequestId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/)),
  StackId: v.pipe(v.string(), v.regex(STACK_ID)),
  LogicalResourceId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,255}$/)),
  ResponseURL: text(8192),
  // It is sent back: escapes and long characters must not make the response longer than CloudFormation reads.
  PhysicalResourceId: v.optional(v.pipe(v.string(), v.maxBytes(1024), v.regex(/^\P{C}+$/u))),
  ServiceToken: v.optional(v.unknown()),
  ResourceProperties: v.optional(v.unknown()),
  OldResourceProperties: v.optional(v.unknown()),
});

const Notification = v.object({
  Sns: v.object({
    Message: v.pipe(v.string(), v.maxLength(MAX_MESSAGE_LENGTH)),
    TopicArn: v.optional(text(512)),
    Timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  }),
});

const ResourceProperties = v.object({
  RoleArn: text(2048),
  AccountID: text(32),
  ExternalID: text(1224),
  GrantedTo: text(512),
  Tier: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/))),
  TemplateVersion: v.optional(v.pipe(v.string(), v.maxLength(128), v.transform(templateVersion)), ""),
  ServiceToken: text(512),
});

/**
 * Reads one record of an event. Never throws: whatever is not a request that may get a response is dropped.
 *
 * @param region the receiver's own
 */
export function readRequest(record: unknown, region: string, now: Date): Request | DroppedMessage {
  const notification = v.safeParse(Notification, record);
  if (!notification.success) return drop("it is not a notification of SNS, or too long");
  const { Message, TopicArn, Timestamp } = notification.output.Sns;
  const message = parse(Message);
  const host = isObject(message) ? hostOf(message.ResponseURL) : "none";
  const envelope = v.safeParse(Envelope, message);
  if (!envelope.success) {
    return drop(`it is not a request of CloudFormation: ${issue(envelope.issues)}`, host);
  }
  const { RequestType, PhysicalResourceId, ResponseURL, ServiceToken, ...rest } = envelope.output;
  if (RequestType !== "Create" && PhysicalResourceId === undefined) {
    return drop(`it is not a request of CloudFormation: ${RequestType} without a PhysicalResourceId`, host);
  }
  const key = {
    stackId: rest.StackId,
    logicalResourceId: rest.LogicalResourceId,
    requestId: rest.RequestId,
  };
  const target = responseTarget(ResponseURL, key, region);
  if (!target) {
    return drop("its response URL is not CloudFormation's for this stack, resource and request", host);
  }

  const properties = v.safeParse(ResourceProperties, {
    ServiceToken,
    ...(isObject(rest.ResourceProperties) ? rest.ResourceProperties : undefined),
  });
  const old = isObject(rest.OldResourceProperties) ? rest.OldResourceProperties.ExternalID : undefined;
  return {
    ...key,
    type: RequestType,
    physicalResourceId: PhysicalResourceId,
    properties: properties.success ? properties.output : undefined,
    flaw: properties.success ? undefined : issue(properties.issues),
    oldExternalId: typeof old === "string" ? old : undefined,
    publishedAt: Timestamp === undefined ? now : new Date(Timestamp),
    topicArn: TopicArn,
    target,
  };
}

/** It is kept, and shown to operators: of a customer's own text nothing is. */
function templateVersion(text: string): string {
  return /^[0-9a-f]{12}$/.test(text) ? text : "";
}

function drop(dropped: string, host = "none"): DroppedMessage {
  return { dropped, host };
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names the first field that is wrong, and never its value: it can be anything, even a response URL. */
function issue([first]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const field = v.getDotPath(first) ?? "the message";
  return first.received === "undefined" ? `${field} is missing` : `${field} is invalid`;
}
