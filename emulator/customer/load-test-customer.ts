/**
 * A customer for tests that need hundreds: does what a stack of the template does, without CloudFormation and the
 * bridge function's process. Role, permission, topic, receiver, probes and answer are as real as for any other.
 */
import { randomUUID } from "node:crypto";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { PublishCommand } from "@aws-sdk/client-sns";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import type { CustomResourceEvent } from "../aws/bridge/index.js";
import { AccountClients } from "../aws/clients.js";
import type { EmbeddedCloud } from "../aws/embedded-cloud.js";
import type { Response } from "../aws/response-bucket.js";

/** The path of the roles of stack `dev`'s template. */
const ROLE_PATH = "/onboarding/dev/";

export class LoadTestCustomer {
  private readonly clients: AccountClients;

  constructor(
    private readonly cloud: EmbeddedCloud,
    readonly accountId: string,
  ) {
    this.clients = new AccountClients(cloud.endpoint, accountId);
  }

  /** Creates the stack that a link leads to. @throws Error if the topic lets this account not publish */
  async createStack(link: string): Promise<LoadTestStack> {
    const { region, parameters, stackName } = readQuickCreateLink(link);
    const { Role } = await this.clients.iam("us-east-1").send(
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
    const StackId = `arn:aws:cloudformation:${region}:${this.accountId}:stack/${stackName}/${randomUUID()}`;
    const stack = new LoadTestStack(this.cloud, this.clients, region, StackId, {
      ServiceToken: parameters.SnsArn,
      RoleArn: Role?.Arn,
      AccountID: this.accountId,
      ExternalID: parameters.ExternalId,
      GrantedTo: parameters.GrantedTo,
      TemplateVersion: "1",
    });
    stack.created = await stack.request("Create");
    return stack;
  }
}

export class LoadTestStack {
  /** What the Create was answered with. */
  created: Response | undefined;

  constructor(
    private readonly cloud: EmbeddedCloud,
    private readonly clients: AccountClients,
    readonly region: string,
    readonly id: string,
    private readonly properties: Readonly<Record<string, unknown>>,
  ) {}

  delete(): Promise<Response> {
    return this.request("Delete");
  }

  /** Makes a request with the customer's own rights. @returns the receiver's answer */
  async request(RequestType: "Create" | "Delete"): Promise<Response> {
    const { customResources } = this.cloud;
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
    const registered = await fetch(`${customResources.url}/requests`, {
      method: "POST",
      body: JSON.stringify(event),
    });
    const { responseUrl } = (await registered.json()) as { responseUrl: string };
    const topic = String(this.properties.ServiceToken);
    await this.clients.sns(this.region).send(
      new PublishCommand({
        TopicArn: topic,
        Message: JSON.stringify({ ...event, ServiceToken: topic, ResponseURL: responseUrl }),
      }),
    );
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      const answer = customResources.of(this.id).find((made) => made.event.RequestId === RequestId)?.answer;
      if (answer) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`The ${RequestType} of ${this.id} was not answered within 60 s.`);
  }
}
