/**
 * A customer for tests that need hundreds of them: makes the requests of a stack without CloudFormation. Role, topic policy, receiver,
 * probes and response are as real as for any other.
 */
import { randomUUID } from "node:crypto";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import type { CustomResourceEvent, CustomResources } from "../../emulator/aws/custom-resources.js";
import type { CustomResourceResponse } from "../../emulator/aws/response-buckets.js";
import type { EmbeddedCloud } from "../../emulator/embedded-cloud.js";
import { poll } from "../../emulator/poll.js";
import { customerRolePathOf } from "../../functions/domain/names.js";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";

/** The path of the roles in the template of stack `dev`. */
const ROLE_PATH = customerRolePathOf("dev");
const TIMEOUT_SECONDS = 60;

export class LoadTestCustomer {
  constructor(
    private readonly cloud: EmbeddedCloud,
    readonly accountId: string,
  ) {}

  /** Creates the stack that a link leads to; {@link LoadTestStack.created} says how that went. */
  async createStack(link: string): Promise<LoadTestStack> {
    const { region, parameters, stackName } = readQuickCreateLink(link);
    const { Role } = await this.cloud.accounts
      .of(this.accountId)
      .iam("us-east-1")
      .send(
        new CreateRoleCommand({
          RoleName: `${stackName.slice(0, 40)}-${randomUUID().slice(0, 8)}`,
          Path: ROLE_PATH,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: `arn:aws:iam::${parameters.TrustedAccount}:root` },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "sts:ExternalId": parameters.ExternalId } },
              },
            ],
          }),
        }),
      );
    const stackId = `arn:aws:cloudformation:${region}:${this.accountId}:stack/${stackName}/${randomUUID()}`;
    const stack = new LoadTestStack(this.cloud.customResources, stackId, {
      ServiceToken: parameters.SnsArn,
      RoleArn: Role?.Arn,
      AccountID: this.accountId,
      ExternalID: parameters.ExternalId,
      GrantedTo: parameters.GrantedTo,
      TemplateVersion: "000000000001",
    });
    stack.created = await stack.request("Create");
    return stack;
  }
}

export class LoadTestStack {
  /** The response to the Create. */
  created: CustomResourceResponse | undefined;

  constructor(
    private readonly customResources: CustomResources,
    readonly id: string,
    private readonly properties: Readonly<Record<string, unknown>>,
  ) {}

  delete(): Promise<CustomResourceResponse> {
    return this.request("Delete");
  }

  /** Makes a request with the customer's own rights, and waits for the response. */
  async request(RequestType: "Create" | "Delete"): Promise<CustomResourceResponse> {
    const RequestId = randomUUID();
    const event: CustomResourceEvent = {
      RequestType,
      RequestId,
      StackId: this.id,
      ResponseURL: "",
      ResourceType: "Custom::OnboardingConnection",
      LogicalResourceId: "Connection",
      ...(RequestType === "Delete" && { PhysicalResourceId: this.created?.PhysicalResourceId ?? "none" }),
      ResourceProperties: this.properties,
    };
    await this.customResources.send(event);
    const request = this.customResources.of(this.id).find((made) => made.event.RequestId === RequestId);
    return poll(() => request?.response, {
      timeoutSeconds: TIMEOUT_SECONDS,
      failure: () => `The ${RequestType} of ${this.id} got no response within ${TIMEOUT_SECONDS} s.`,
    });
  }
}
