/** CloudFormation, as far as a custom resource sees it: requests, of whose responses the first one counts. */
import { randomUUID } from "node:crypto";
import { responseBucketHosts } from "../../functions/aws/response-bucket.js";
import { CUSTOMER_ROLE_PATH } from "../deployed.js";

/** What CloudFormation reads of a response. */
interface CustomResourceResponse {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** How a request ended for CloudFormation, which gives up on one when another resource of the stack fails or the time is up. */
export type Outcome = CustomResourceResponse | "cancelled" | "timedOut";

export type RequestType = "Create" | "Update" | "Delete";

/** What an update of the stack can change. */
export interface StackValues {
  readonly roleArn: string;
  readonly version: number;
}

export class CustomResourceRequest {
  readonly id = randomUUID();
  /** Every response that the bucket accepted. */
  readonly responses: CustomResourceResponse[] = [];
  outcome: Outcome | undefined;
  /** Resolves with the outcome. */
  readonly ended: Promise<Outcome>;
  private resolve: (outcome: Outcome) => void = () => {};

  constructor(
    readonly stack: Stack,
    readonly type: RequestType,
    readonly physicalId: string | undefined,
    /** What its properties say. */
    readonly values: StackValues,
  ) {
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** The first outcome counts; later ones are ignored. */
  end(outcome: Outcome): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.resolve(outcome);
  }
}

const LOGICAL_ID = "PhoneHome";

/** A stack that a customer created from a link. */
export class Stack {
  readonly id: string;
  values: StackValues;
  readonly requests: CustomResourceRequest[] = [];
  isDeleted = false;
  /** Whether the last request for its resource succeeded, as far as CloudFormation knows. */
  isLive = false;
  /** Of its resource, and of what was tried before and is not deleted yet. */
  physicalId = "";
  superseded: string[] = [];
  /** The receiver said SUCCESS, and CloudFormation did not hear of it: until the stack goes it may be connected or not. */
  isUnclear = false;
  /** An update could not be rolled back. */
  isStuck = false;
  /** The vendor ended its connection. */
  isEndedByVendor = false;

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly parameters: Readonly<Record<string, string>>,
    name: string,
  ) {
    this.id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`;
    this.values = { roleArn: this.newRole(), version: 1 };
  }

  newRole(): string {
    return `arn:aws:iam::${this.accountId}:role${CUSTOMER_ROLE_PATH}role-${randomUUID().slice(0, 8)}`;
  }

  get externalId(): string {
    return this.parameters.ExternalId ?? "";
  }

  get topicArn(): string {
    return this.parameters.SnsArn ?? "";
  }

  /** Whether it is connected, as far as CloudFormation knows. */
  get isConnected(): boolean {
    return !this.isDeleted && this.isLive && !this.isEndedByVendor;
  }

  /** What became of a Create, or of an Update. @param madeUp the physical ID of what got no response */
  take(outcome: Outcome, madeUp: string): void {
    const response = typeof outcome === "object" ? outcome : undefined;
    this.isLive = response?.Status === "SUCCESS";
    this.physicalId = response?.PhysicalResourceId ?? madeUp;
    this.superseded = this.superseded.filter((id) => id !== this.physicalId);
    if (!response) this.isUnclear = true;
  }
}

export class CloudFormation {
  /** By the keys of their responses. */
  private readonly requests = new Map<string, CustomResourceRequest>();

  /** Makes a request. @param physicalId undefined for a Create */
  request(
    stack: Stack,
    type: RequestType,
    physicalId?: string,
    values: StackValues = stack.values,
  ): CustomResourceRequest {
    const request = new CustomResourceRequest(stack, type, physicalId, values);
    stack.requests.push(request);
    this.requests.set(responseKey(request), request);
    return request;
  }

  /** Takes a response. @returns false for a key that no request has */
  respond(key: string, body: string): boolean {
    const request = this.requests.get(key);
    if (!request) return false;
    const response = JSON.parse(body) as CustomResourceResponse;
    request.responses.push(response);
    request.end(response);
    return true;
  }
}

function responseKey({ stack, id }: CustomResourceRequest): string {
  return `${stack.id}|${LOGICAL_ID}|${id}`;
}

/** An event as SNS sends it to a function. */
export interface Notification {
  readonly Records: readonly {
    readonly EventSource: string;
    readonly EventVersion: string;
    readonly Sns: { readonly Timestamp: string } & Readonly<Record<string, string>>;
  }[];
}

/** The same, published earlier. */
export function earlier({ Records }: Notification, milliseconds: number): Notification {
  return {
    Records: Records.map((record) => {
      const Timestamp = new Date(new Date(record.Sns.Timestamp).getTime() - milliseconds).toISOString();
      return { ...record, Sns: { ...record.Sns, Timestamp } };
    }),
  };
}

/** The request in an event as SNS sends it to a function. */
export function notification(request: CustomResourceRequest): Notification {
  const { stack, type, id, physicalId, values } = request;
  const { region, topicArn } = stack;
  const [host = ""] = responseBucketHosts(region);
  const path = responseKey(request).replaceAll(":", "%3A").replaceAll("|", "%7C");
  const message = {
    RequestType: type,
    RequestId: id,
    StackId: stack.id,
    LogicalResourceId: LOGICAL_ID,
    ResourceType: "Custom::PhoneHome",
    ResponseURL: `https://${host}/${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7200&X-Amz-Signature=${"0".repeat(64)}`,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ServiceToken: topicArn,
    ResourceProperties: {
      ServiceToken: topicArn,
      RoleArn: values.roleArn,
      AccountID: stack.accountId,
      ExternalID: stack.externalId,
      GrantedTo: stack.parameters.GrantedTo,
      TemplateVersion: templateVersionOf(values.version),
    },
  };
  const Sns = {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    Message: JSON.stringify(message),
    Timestamp: new Date().toISOString(),
  };
  return { Records: [{ EventSource: "aws:sns", EventVersion: "1.0", Sns }] };
}

/** As a template's stack says it. */
export function templateVersionOf(version: number): string {
  return String(version).padStart(12, "0");
}
