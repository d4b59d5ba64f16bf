/** What is known of each service: where it is called, and what becomes of each of its errors. */
import assert from "node:assert/strict";
import { RegionInfo } from "@aws-cdk/region-info";
import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as lambda from "@aws-sdk/client-lambda";
import * as organizations from "@aws-sdk/client-organizations";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { partitionOf } from "../../../../../functions/aws/partitions.js";
import { BothSdks, type Call, failureOf, foundInFunctions, type Sdk } from "../../fixtures/both-sdks.js";

/** The SDK's package of a service, a call of it, and whether errors are written in XML, in JSON or in JSON with their name in a header. */
const services: readonly (readonly [object, Call, "xml" | "json" | "header"])[] = [
  [
    cloudformation,
    {
      client: "CloudFormationClient",
      command: "ListStackInstancesCommand",
      input: { StackSetName: "s" },
    },
    "xml",
  ],
  [
    dynamodb,
    { client: "DynamoDBClient", command: "GetItemCommand", input: { TableName: "t", Key: {} } },
    "json",
  ],
  [eventbridge, { client: "EventBridgeClient", command: "PutEventsCommand", input: { Entries: [] } }, "json"],
  [
    lambda,
    { client: "LambdaClient", command: "InvokeCommand", input: { FunctionName: "f", Payload: Buffer.of() } },
    "header",
  ],
  [organizations, { client: "OrganizationsClient", command: "ListRootsCommand", input: {} }, "json"],
  [sns, { client: "SNSClient", command: "GetTopicAttributesCommand", input: { TopicArn: "t" } }, "xml"],
  [
    sqs,
    {
      client: "SQSClient",
      command: "SendMessageCommand",
      input: { QueueUrl: "https://sqs/1/q", MessageBody: "m" },
    },
    "json",
  ],
  [
    sts,
    { client: "STSClient", command: "AssumeRoleCommand", input: { RoleArn: "r", RoleSessionName: "s" } },
    "xml",
  ],
];

/** Of operations that no function calls: the SDK has other names for them than the service, or tries once more. */
const OTHERS = [
  "IDPCommunicationErrorException",
  "InvalidParameterValueException",
  "OperationStatusCheckFailedException",
];

/** The classes of errors for which functions ask. */
const CLASSES = [
  "ConditionalCheckFailedException",
  "SNSServiceException",
  "TransactionCanceledException",
] as const;

interface Failure {
  /** As the SDK calls it. */
  readonly name: string;
  /** As the service does. */
  readonly code: string;
  readonly status: number;
}

describe("A service that functions call", function () {
  this.timeout(60_000);
  const sdks = new BothSdks();

  it("is tested with each class of errors for which a function asks", () => {
    const classes = foundInFunctions(/instanceof (\w+Exception)\b/g);
    assert.deepEqual(classes, CLASSES);
  });

  for (const [sdkPackage, call, format] of services) {
    it(`is called where the SDK's ${call.client} calls it, in every region`, () => {
      const served = RegionInfo.regions.filter(({ partition = "" }) =>
        ["aws", "aws-us-gov", "aws-cn"].includes(partition),
      );
      assert.ok(served.length >= 38);
      for (const { name: region } of served) {
        const isServed =
          call.client !== "OrganizationsClient" || region === partitionOf(region).organizationsRegion;
        if (!isServed) continue;
        const made = ({ [call.client]: Client }: Sdk) => new (Client as typeof sts.STSClient)({ region });
        const { config } = made(sdks.whole);
        const { url } = config.endpointProvider({ Region: region, UseFIPS: false, UseDualStack: false });
        const { endpoint } = made(sdks.small) as unknown as { endpoint: URL };
        assert.equal(endpoint.href, url.href, region);
      }
    });

    it(`is called by ${call.client} where its own variable says`, async () => {
      const variable = `AWS_ENDPOINT_URL_${call.client.replace("Client", "").toUpperCase()}`;
      process.env[variable] = `${sdks.url}/here`;
      sdks.respond = (response) => response.writeHead(400).end();
      try {
        // The whole SDK looks for a queue where the queue's URL says.
        for (const sdk of call.client === "SQSClient" ? [sdks.small] : sdks.both) {
          await failureOf(sdks.send(sdk, call, { endpoint: undefined }));
        }
      } finally {
        delete process.env[variable];
      }
      for (const { url } of sdks.received) assert.match(url ?? "", /^\/here\//);
      assert.ok(sdks.received.length > 0);
    });

    it(`is tried again by ${call.client} as often as by the SDK's, after the same waits, on such connections`, async () => {
      const settings = {
        region: "eu-west-1",
        requestHandler: { requestTimeout: 3000, httpsAgent: { keepAlive: false } },
      };
      for (const one of [settings, { region: "eu-west-1" }]) {
        const made = ({ [call.client]: Client }: Sdk) => new (Client as typeof sts.STSClient)(one);
        const { maxAttempts, retryStrategy, requestHandler } = made(sdks.whole).config;
        const theirs = {
          maxAttempts: await maxAttempts(),
          strategy: await retryStrategy(),
          handler: requestHandler,
        };
        const own = made(sdks.small) as unknown as typeof theirs;
        assert.equal(own.maxAttempts, theirs.maxAttempts);
        // All numbers in them, such as the first wait and the tokens for retries.
        assert.equal(JSON.stringify(own.strategy), JSON.stringify(theirs.strategy));
        assert.deepEqual(await connectionsOf(own.handler), await connectionsOf(theirs.handler));
      }
    });

    it(`has each of its errors told by ${call.client} as by the SDK's, after as many attempts`, async () => {
      const failures = failuresOf(sdkPackage, format).filter(({ name }) => !OTHERS.includes(name));
      assert.ok(failures.length >= 8, `${failures.length} errors`);
      for (const failure of failures) {
        sdks.respond = (response) => {
          response.writeHead(failure.status, format === "header" ? { "x-amzn-errortype": failure.code } : {});
          response.end(bodyOf(failure, format));
        };
        const told = [];
        for (const sdk of sdks.both) {
          sdks.received = [];
          const failed = await failureOf(sdks.send(sdk, call));
          const { name, message, $fault, $retryable } = failed;
          const classes = CLASSES.filter((one) => failed instanceof sdk[one]);
          const tries = sdks.received.length;
          // Only the ending of a name may differ, where the SDK's class has one and the service's code has none.
          told.push({ name: name.replace(/Exception$/, ""), message, $fault, $retryable, classes, tries });
        }
        assert.deepEqual(told[0], told[1]);
      }
    });
  }
});

/** The settings of a NodeHttpHandler, with its agent for HTTPS. */
async function connectionsOf(handler: object): Promise<object> {
  const settings = await Reflect.get(handler, "configProvider");
  assert.equal(settings.httpsAgent.constructor.name, "Agent");
  return JSON.parse(JSON.stringify(settings));
}

/** The errors that the SDK knows of a service, as its schemas describe them. */
function failuresOf(sdkPackage: object, format: string): Failure[] {
  return Object.entries(sdkPackage).flatMap(([name, value]) => {
    const { error, httpError, awsQueryError } = Reflect.get(sdkPackage, `${name}$`)?.[3] ?? {};
    // The class that all of them extend is no error of the service's own.
    if (!(value.prototype instanceof Error) || !error) return [];
    const status = httpError ?? (error === "server" ? 500 : 400);
    return [{ name, code: format === "xml" ? (awsQueryError?.[0] ?? name) : name, status }];
  });
}

function bodyOf({ code }: Failure, format: string): string {
  if (format === "header") return JSON.stringify({ Type: "User", Message: "m & n" });
  if (format === "json") return JSON.stringify({ __type: `com.amazonaws.service#${code}`, message: "m & n" });
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m &amp; n</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
