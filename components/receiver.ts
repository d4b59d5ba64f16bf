import { Permission } from "@pulumi/aws/lambda/permission.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type DEAD_LETTER_QUEUES, queueNameOf, receiverNameOf } from "../functions/domain/names.js";
import type { ReceiverVariables } from "../functions/receiver/environment.js";
import { RegionalAlarms } from "./alarms.js";
import type { Configuration } from "./config/configuration.js";
import { type ConnectionTable, writeConnectionsOf } from "./connection-table.js";
import { roleArn } from "./iam/arn.js";
import { type PolicyStatement, policyDocument } from "./iam/policy-document.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { topicName, topicNumbersIn } from "./topics.js";

/** What a {@link Receiver} is made of. */
export interface ReceiverArgs {
  configuration: Configuration;
  /** The region it serves, and in which all of it lives. */
  region: string;
  /** Where the region's connections are. */
  table: ConnectionTable;
  /** The receiver's bundle. */
  code: pulumi.asset.Archive;
}

/** The time that a receiver has to answer (60 s) and to end. */
const TIMEOUT_SECONDS = 65;

/** The longest that SQS keeps a message: 14 days. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** One region's receiving end: the topics that customers' stacks phone home to, and the function that answers them. */
export class Receiver extends pulumi.ComponentResource {
  /** The ARNs of the region's topics, number 1 first. */
  readonly topicArns: pulumi.Output<string>[];
  /** The ARNs of the alarms that watch it. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: ReceiverArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Receiver", name, {}, options);

    const numbers = topicNumbersIn(args.region, args.configuration);
    const topics = numbers.map((number) => createTopic(this, name, args, number));
    const failed = createQueue(this, `${name}-failed`, args, "receiver-failed");
    const undelivered = createQueue(this, `${name}-undelivered`, args, "undelivered");
    const mayRedrive = allowTopicsToSend(this, `${name}-undelivered-policy`, args, undelivered, topics);
    const receiver = createReceiver(this, name, args, failed);
    const alarms = watch(this, `${name}-alarms`, args, { "receiver-failed": failed, undelivered });
    for (const [index, topic] of topics.entries()) {
      const mayInvoke = allowTopicToInvoke(this, name, args, receiver, topic, index + 1);
      subscribe(this, `${name}-topic-${index + 1}-subscription`, args, receiver, topic, undelivered, [
        mayRedrive,
        mayInvoke,
      ]);
    }

    this.topicArns = topics.map((topic) => topic.arn);
    this.alarmArns = alarms.alarmArns;
    this.registerOutputs({ topicArns: this.topicArns });
  }
}

/**
 * A topic, without a policy: the URL generator adds a statement for each customer while the program is not looking,
 * and a policy managed from here would take all of them away at the next refresh.
 */
function createTopic(
  parent: Receiver,
  name: string,
  { configuration, region }: ReceiverArgs,
  number: number,
): Topic {
  return new Topic(
    `${name}-topic-${number}`,
    { region, name: topicName(configuration, number), tags: configuration.tags },
    // A ServiceToken can never be changed: without this topic no stack that names it can be updated or deleted.
    { parent, protect: configuration.protect },
  );
}

function createQueue(
  parent: Receiver,
  name: string,
  { configuration, region }: ReceiverArgs,
  queue: (typeof DEAD_LETTER_QUEUES)[number],
): Queue {
  return new Queue(
    name,
    {
      region,
      name: queueNameOf(configuration.prefix, queue),
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      tags: configuration.tags,
    },
    { parent },
  );
}

function createReceiver(parent: Receiver, name: string, args: ReceiverArgs, failed: Queue): NodeFunction {
  const { configuration, region, table } = args;
  const environment: FunctionEnvironment<ReceiverVariables> = {
    TABLE_NAME: table.tableName,
    CUSTOMER_ROLE_PATH: configuration.customerRolePath,
    DEAD_LETTER_QUEUE_URL: failed.url,
  };
  return new NodeFunction(
    `${name}-receiver`,
    {
      configuration,
      region,
      functionName: receiverNameOf(configuration.prefix),
      roleName: `${receiverNameOf(configuration.prefix)}-${region}`,
      description: `Answers the stacks of customers in ${region} and records what became of their connections.`,
      code: args.code,
      environment,
      statements: [
        writeConnectionsOf(table, region),
        assumeCustomerRoles(configuration, region),
        keepFailedEvents(failed),
      ],
      timeoutSeconds: TIMEOUT_SECONDS,
      deadLetterQueue: failed.arn,
    },
    { parent },
  );
}

/** The roles of this program's template, in whichever account, and no others. */
function assumeCustomerRoles({ customerRolePath }: Configuration, region: string): PolicyStatement {
  return {
    Sid: "CustomerRoles",
    Effect: "Allow",
    Action: ["sts:AssumeRole"],
    Resource: [roleArn(region, "*", `${customerRolePath}*`)],
  };
}

/** Lambda sends what the function failed to handle with the function's own role, as the function itself does. */
function keepFailedEvents(failed: Queue): PolicyStatement {
  return { Sid: "FailedEvents", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [failed.arn] };
}

function watch(
  parent: Receiver,
  name: string,
  { configuration, region }: ReceiverArgs,
  queues: { [queue: string]: Queue },
): RegionalAlarms {
  const queueNames = Object.fromEntries(Object.entries(queues).map(([queue, { name }]) => [queue, name]));
  return new RegionalAlarms(name, { configuration, region, queueNames }, { parent });
}

function allowTopicsToSend(
  parent: Receiver,
  name: string,
  { region }: ReceiverArgs,
  queue: Queue,
  topics: Topic[],
): QueuePolicy {
  const policy = policyDocument([
    {
      Sid: "Topics",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: ["sqs:SendMessage"],
      Resource: [queue.arn],
      Condition: { ArnEquals: { "aws:SourceArn": topics.map((topic) => topic.arn) } },
    },
  ]);
  return new QueuePolicy(name, { region, queueUrl: queue.url, policy }, { parent });
}

function allowTopicToInvoke(
  parent: Receiver,
  name: string,
  { configuration, region }: ReceiverArgs,
  receiver: NodeFunction,
  topic: Topic,
  number: number,
): Permission {
  return new Permission(
    `${name}-topic-${number}-permission`,
    {
      region,
      statementId: topicName(configuration, number),
      action: "lambda:InvokeFunction",
      function: receiver.functionName,
      principal: "sns.amazonaws.com",
      sourceArn: topic.arn,
    },
    { parent },
  );
}

function subscribe(
  parent: Receiver,
  name: string,
  { region }: ReceiverArgs,
  receiver: NodeFunction,
  topic: Topic,
  undelivered: Queue,
  dependsOn: pulumi.Resource[],
): TopicSubscription {
  return new TopicSubscription(
    name,
    {
      region,
      topic: topic.arn,
      protocol: "lambda",
      endpoint: receiver.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
    },
    { parent, dependsOn },
  );
}
