/** CloudFormation, as far as a custom resource sees it: requests, of whose responses the first one counts. */
import { randomUUID } from "node:crypto";

/** What CloudFormation reads of a response. */
interface CustomResourceResponse {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** How a request ended for CloudFormation, which gives up on one when another resource of the stack fails or the time is up. */
export type Outcome = CustomResourceResponse | "cancelled" | "timedOut";

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
    readonly type: "Create" | "Delete",
    readonly physicalId: string | undefined,
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
  readonly roleArn: string;
  readonly requests: CustomResourceRequest[] = [];
  isDeleted = false;

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly parameters: Readonly<Record<string, string>>,
    name: string,
  ) {
    this.id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`;
    this.roleArn = `arn:aws:iam::${accountId}:role/onboarding/dev/${name}-${randomUUID().slice(0, 8)}`;
  }

  get externalId(): string {
    return this.parameters.ExternalId ?? "";
  }

  get topicArn(): string {
    return this.parameters.SnsArn ?? "";
  }

  /** Whether its custom resource was created, and still exists. */
  get isConnected(): boolean {
    return !this.isDeleted && this.created?.Status === "SUCCESS";
  }

  /** The physical ID that the receiver gave the custom resource. */
  get physicalId(): string {
    return this.created?.PhysicalResourceId ?? "";
  }

  private get created(): CustomResourceResponse | undefined {
    const outcome = this.requests.find(({ type }) => type === "Create")?.outcome;
    return typeof outcome === "object" ? outcome : undefined;
  }
}

export class CloudFormation {
  /** By the keys of their responses. */
  private readonly requests = new Map<string, CustomResourceRequest>();

  /** Makes a request. @param physicalId undefined for a Create */
  request(stack: Stack, type: "Create" | "Delete", physicalId?: string): CustomResourceRequest {
    const request = new CustomResourceRequest(stack, type, physicalId);
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

/** The request in an event as SNS sends it to a function. */
export function notification(request: CustomResourceRequest): unknown {
  const { stack, type, id, physicalId } = request;
  const { region, topicArn } = stack;
  const host = `cloudformation-custom-resource-response-${region.replaceAll("-", "")}.s3.${region}.amazonaws.com`;
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
      RoleArn: stack.roleArn,
      AccountID: stack.accountId,
      ExternalID: stack.externalId,
      GrantedTo: stack.parameters.GrantedTo,
      TemplateVersion: "1",
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
