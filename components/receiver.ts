import { Permission } from "@pulumi/aws/lambda/permission.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import * as pulumi from "@pulumi/pulumi";
import { type DeadLetterQueueName, queueNameOf, receiverNameOf } from "../functions/domain/names.js";
import type { ReceiverVariables } from "../functions/receiver/environment.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { arn } from "./iam/arn.js";
import { receiverPolicy } from "./iam/identity-policies.js";
import { policyDocument } from "./iam/policy-document.js";
import { undeliveredQueuePolicy } from "./iam/resource-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import type { Topics } from "./topics.js";

/** What a {@link Receiver} is made of. */
export interface ReceiverArgs
  extends FunctionDefaults,
    Pick<Configuration, "customerRolePath" | "receiverReservedConcurrency"> {
  /** The region it serves, and in which all of it lives. */
  region: string;
  /** Where the region's connections are. */
  table: ConnectionTable;
  /** The region's topics, whose messages it receives. */
  topics: Topics;
  /** The receiver's bundle. */
  code: pulumi.asset.Archive;
}

/** The time that a receiver has to respond (85 s) and to end. */
const TIMEOUT_SECONDS = 90;

/** The longest that SQS keeps a message: 14 days. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** What handles the requests of customers' stacks in one region, and keeps those that it could not handle. */
export class Receiver extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;
  /** The names of the dead-letter queues. */
  readonly queueNames: Record<DeadLetterQueueName, pulumi.Output<string>>;

  constructor(name: string, args: ReceiverArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Receiver", name, {}, options);

    const parent = this;
    const { region, prefix, table, topics } = args;
    const topicArnPattern = arn("sns", region, args.accountId, `${prefix}-*`);
    const failed = createQueue("receiver-failed");
    const undelivered = createQueue("undelivered", letTopicsSend("undelivered"));
    const receiver = createFunction();
    const mayInvoke = allowTopicsToInvoke();
    for (const [index, topicArn] of topics.arns.entries()) subscribe(index + 1, topicArn);

    this.functionName = receiver.functionName;
    this.queueNames = { "receiver-failed": failed.name, undelivered: undelivered.name };
    this.registerOutputs({ functionName: this.functionName, queueNames: this.queueNames });

    function createQueue(queue: DeadLetterQueueName, policy?: string) {
      return new Queue(
        `${name}-${queue}`,
        {
          region,
          name: queueNameOf(prefix, queue),
          messageRetentionSeconds: RETENTION_SECONDS,
          sqsManagedSseEnabled: true,
          ...(policy !== undefined && { policy }),
        },
        { parent },
      );
    }

    function letTopicsSend(queue: DeadLetterQueueName) {
      const queueArn = arn("sqs", region, args.accountId, queueNameOf(prefix, queue));
      return policyDocument(undeliveredQueuePolicy(queueArn, topicArnPattern));
    }

    function createFunction() {
      const environment: FunctionEnvironment<ReceiverVariables> = {
        TABLE_NAME: table.tableName,
        CUSTOMER_ROLE_PATH: args.customerRolePath,
        DEAD_LETTER_QUEUE_URL: failed.url,
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          functionName: receiverNameOf(prefix),
          roleName: `${receiverNameOf(prefix)}-${region}`,
          description: `Handles the requests of customers' CloudFormation stacks in ${region}.`,
          environment,
          statements: pulumi
            .all([table.tableName, failed.arn])
            .apply(([tableName, deadLetterQueueArn]) =>
              receiverPolicy({ ...args, tableName, deadLetterQueueArn }),
            ),
          timeoutSeconds: TIMEOUT_SECONDS,
          deadLetterQueue: failed.arn,
          reservedConcurrency: args.receiverReservedConcurrency,
        },
        { parent },
      );
    }

    /**
     * One statement for all topics: a function's policy has 20 KB at most. Lambda compares the ARN with ArnLike (API reference,
     * AddPermission); only a topic that this account has subscribed to the function publishes to it.
     */
    function allowTopicsToInvoke() {
      return new Permission(
        `${name}-topics-permission`,
        {
          region,
          statementId: "topics",
          action: "lambda:InvokeFunction",
          function: receiver.functionName,
          principal: "sns.amazonaws.com",
          sourceArn: topicArnPattern,
        },
        { parent },
      );
    }

    function subscribe(number: number, topicArn: pulumi.Output<string>) {
      return new TopicSubscription(
        `${name}-topic-${number}-subscription`,
        {
          region,
          topic: topicArn,
          protocol: "lambda",
          endpoint: receiver.arn,
          redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
        },
        { parent, dependsOn: [mayInvoke] },
      );
    }
  }
}
