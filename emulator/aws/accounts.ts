import { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

// The product supports Node 20.19; the SDK's warning that a later version of it will not would appear in every output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

type RequestHandler = S3Client["config"]["requestHandler"];

/** By service, its first client's: the others share its connections, so that a new account needs none of its own. */
const handlers = new Map<string, RequestHandler>();

interface ClientOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle: true;
}

/** The accounts of the embedded cloud: any twelve digits are one. */
export class Accounts {
  private readonly clients = new Map<string, AccountClients>();

  constructor(
    /** ministack's. */
    readonly endpoint: string,
    /** Of every account's root user. */
    readonly secretAccessKey: string,
  ) {}

  /** The clients of an account; the same object for the same account. */
  of(accountId: string): AccountClients {
    const clients = this.clients.get(accountId) ?? new AccountClients(this, accountId);
    this.clients.set(accountId, clients);
    return clients;
  }
}

/**
 * SDK clients with the rights of an account's root user, for whom ministack takes an access key of twelve digits. There is one
 * for each service and region, made when first asked for.
 */
export class AccountClients {
  private readonly made = new Map<string, unknown>();

  constructor(
    private readonly cloud: { readonly endpoint: string; readonly secretAccessKey: string },
    readonly accountId: string,
  ) {}

  readonly apiGateway = this.maker(ApiGatewayV2Client);
  readonly cloudFormation = this.maker(CloudFormationClient);
  readonly cloudWatch = this.maker(CloudWatchClient);
  readonly dynamoDB = this.maker(DynamoDBClient);
  readonly events = this.maker(EventBridgeClient);
  readonly iam = this.maker(IAMClient);
  readonly lambda = this.maker(LambdaClient);
  readonly logs = this.maker(CloudWatchLogsClient);
  readonly organizations = this.maker(OrganizationsClient);
  readonly s3 = this.maker(S3Client);
  readonly sns = this.maker(SNSClient);
  readonly sqs = this.maker(SQSClient);
  readonly sts = this.maker(STSClient);

  /** What any client of the SDK needs to reach this account. */
  options(region: string): ClientOptions {
    return {
      region,
      endpoint: this.cloud.endpoint,
      credentials: { accessKeyId: this.accountId, secretAccessKey: this.cloud.secretAccessKey },
      forcePathStyle: true,
    };
  }

  private maker<Client extends { readonly config: { readonly requestHandler: RequestHandler } }>(
    Type: new (options: ClientOptions & { requestHandler?: RequestHandler }) => Client,
  ): (region: string) => Client {
    return (region) => {
      const key = `${Type.name} ${region}`;
      const requestHandler = handlers.get(Type.name);
      const client =
        (this.made.get(key) as Client | undefined) ??
        new Type({ ...this.options(region), ...(requestHandler && { requestHandler }) });
      handlers.set(Type.name, client.config.requestHandler);
      this.made.set(key, client);
      return client;
    };
  }
}
