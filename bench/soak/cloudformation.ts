/** CloudFormation, as far as a custom resource sees it: requests, each with one answer that counts, the first. */
import { randomUUID } from "node:crypto";

export interface CloudFormationAnswer {
  readonly Status: "SUCCESS" | "FAILED";
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
}

/** How a request ended for CloudFormation, which gives up on it when another resource of the stack fails or the time is up. */
export type End = CloudFormationAnswer | "cancelled" | "timedOut";

export class CustomResourceRequest {
  readonly id = randomUUID();
  /** Every answer that the bucket took. */
  readonly answers: CloudFormationAnswer[] = [];
  end: End | undefined;
  readonly ended: Promise<End>;
  private resolve: (end: End) => void = () => {};

  constructor(
    readonly stack: Stack,
    readonly type: "Create" | "Delete",
    readonly physicalId: string | undefined,
  ) {
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** The first end counts, and what follows is ignored. */
  endWith(end: End): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.resolve(end);
  }
}

const LOGICAL_ID = "PhoneHome";

/** What a customer created from a link. */
export class Stack {
  readonly id: string;
  readonly roleArn: string;
  readonly requests: CustomResourceRequest[] = [];
  isGone = false;

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly parameters: Readonly<Record<string, string>>,
    name: string,
  ) {
    this.id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`;
    this.roleArn = `arn:aws:iam::${accountId}:role/onboarding/dev/${name}-${randomUUID().slice(0, 8)}`;
  }

  /** Whether its custom resource was made, and is still there. */
  get isConnected(): boolean {
    const create = this.requests.find(({ type }) => type === "Create");
    return !this.isGone && typeof create?.end === "object" && create.end.Status === "SUCCESS";
  }
}

/** All requests, by the keys of their answers. */
export class CloudFormation {
  private readonly requests = new Map<string, CustomResourceRequest>();

  /** Makes a request. @param physicalId undefined for a Create */
  request(stack: Stack, type: "Create" | "Delete", physicalId?: string): CustomResourceRequest {
    const request = new CustomResourceRequest(stack, type, physicalId);
    stack.requests.push(request);
    this.requests.set(keyOf(request), request);
    return request;
  }

  /** @returns false for a key that no request has */
  answer(key: string, body: string): boolean {
    const request = this.requests.get(key);
    if (!request) return false;
    const answer = JSON.parse(body) as CloudFormationAnswer;
    request.answers.push(answer);
    request.endWith(answer);
    return true;
  }
}

function keyOf({ stack, id }: CustomResourceRequest): string {
  return `${stack.id}|${LOGICAL_ID}|${id}`;
}

/** The request as SNS hands it over. */
export function notification(request: CustomResourceRequest): unknown {
  const { stack, type, id, physicalId } = request;
  const { region, parameters } = stack;
  const host = `cloudformation-custom-resource-response-${region.replaceAll("-", "")}.s3.${region}.amazonaws.com`;
  const message = {
    RequestType: type,
    RequestId: id,
    StackId: stack.id,
    LogicalResourceId: LOGICAL_ID,
    ResourceType: "Custom::PhoneHome",
    ResponseURL: `https://${host}/${keyOf(request).replaceAll(":", "%3A").replaceAll("|", "%7C")}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=7200&X-Amz-Signature=${"0".repeat(64)}`,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ServiceToken: parameters.SnsArn,
    ResourceProperties: {
      ServiceToken: parameters.SnsArn,
      RoleArn: stack.roleArn,
      AccountID: stack.accountId,
      ExternalID: parameters.ExternalId,
      GrantedTo: parameters.GrantedTo,
      TemplateVersion: "1",
    },
  };
  const Sns = {
    Type: "Notification",
    MessageId: id,
    TopicArn: parameters.SnsArn,
    Message: JSON.stringify(message),
    Timestamp: new Date().toISOString(),
  };
  return { Records: [{ EventSource: "aws:sns", EventVersion: "1.0", Sns }] };
}
