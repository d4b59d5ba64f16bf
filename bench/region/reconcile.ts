/**
 * One hourly run of the topic-policies function's code, with the AWS SDK over HTTP to the stand-in for AWS of the soak, in this process. The time
 * is what Lambda would need at most: each call takes as long as it does on AWS, one after the other, and the function has a part of a processor.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { Topic } from "../../functions/aws/topic.js";
import { CapacityHint } from "../../functions/domain/capacity-hint.js";
import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import { statementLabel } from "../../functions/domain/topic-statement.js";
import { type Telemetry, TopicPolicies } from "../../functions/topic-policies/topic-policies.js";
import { TABLE_NAME } from "../deployed.js";
import { formatNumber, type Row } from "../section.js";
import { AwsStandIn } from "../soak/aws.js";
import { CONNECTIONS, connectedNumber, NOW, REGION, TOPIC_ARNS } from "./connections.js";

/** A quarter more left in the last month: DynamoDB's TTL removes their records later. */
const ENDED = CONNECTIONS / 4;
/** Of so many, one statement is missing; of so many that left, one is still there. */
const ONE_WRONG_IN = 1000;

const CALL_MILLISECONDS = 20;
/** What 256 MB get: "At 1,769 MB, a function has the equivalent of one vCPU", https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. */
const PROCESSOR_SHARE = 256 / 1769;

const TARGETS = { seconds: 60, megabytes: 60 };

export async function reconcile(): Promise<Row[]> {
  const aws = await AwsStandIn.start(() => undefined);
  try {
    fill(aws);
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const options = { region: REGION, endpoint: `http://127.0.0.1:${aws.port}`, credentials };
    const [dynamoDB, sns] = [new DynamoDBClient(options), new SNSClient(options)];
    const changes = { removed: 0, restored: 0 };
    const policies = new TopicPolicies({
      topics: TOPIC_ARNS.map((arn) => new Topic(sns, arn)),
      connections: new ConnectionRepository(dynamoDB, TABLE_NAME),
      hint: new CapacityHint(dynamoDB, TABLE_NAME, REGION),
      telemetry: telemetryFor(changes),
      now: () => NOW,
    });
    const before = process.cpuUsage();
    const { statements, complete } = await policies.reconcile(() => true);
    const { user, system } = process.cpuUsage(before);
    if (!complete || statements !== CONNECTIONS) throw new Error(`There are ${statements} statements.`);
    const wrong = [CONNECTIONS / ONE_WRONG_IN, ENDED / ONE_WRONG_IN];
    if (String([changes.restored, changes.removed]) !== String(wrong))
      throw new Error(JSON.stringify(changes));

    const calls = [...aws.calls.values()].reduce((sum, count) => sum + count, 0);
    const processor = (user + system) / 1e6;
    const seconds = (calls * CALL_MILLISECONDS) / 1000 + processor / PROCESSOR_SHARE;
    const megabytes = aws.bytes / 1e6;
    return [
      {
        what: "Hourly reconcile: time in Lambda, simulated",
        value: `${formatNumber(seconds)} s`,
        baseline: `${calls} calls of ${CALL_MILLISECONDS} ms, ${formatNumber(processor)} s CPU with a seventh of one`,
        measure: seconds,
        target: TARGETS.seconds,
      },
      {
        what: "Hourly reconcile: read",
        value: `${formatNumber(megabytes)} MB`,
        baseline: `${TOPIC_ARNS.length} topics, and ${ENDED} records of customers who left`,
        measure: megabytes,
        target: TARGETS.megabytes,
      },
    ];
  } finally {
    await aws.stop();
  }
}

/** The records and the policies, a few of which are wrong. */
function fill(aws: AwsStandIn): void {
  const connectedAt = new Date(NOW.getTime() - 30 * 24 * 60 * 60_000);
  for (let number = 0; number < CONNECTIONS + ENDED; number++) {
    const connection = connectedNumber(number, connectedAt);
    const { externalId, accountId, topicArn: Resource = "" } = connection;
    const hasEnded = number >= CONNECTIONS;
    const endedAt = NOW.toISOString();
    const end = { status: "disconnected", endedAt, endedBy: "customer", openStackIds: [] } as const;
    aws.table.put({
      ...connection,
      nextProbeAt: endedAt,
      ...(hasEnded && { ...end, nextProbeAt: undefined }),
    });
    const isWrong = number % ONE_WRONG_IN === 0;
    if (hasEnded !== isWrong) continue;
    const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
    const Sid = statementLabel(externalId);
    aws.policyOf(Resource).set(Sid, { Sid, Effect: "Allow", Principal, Action: "SNS:Publish", Resource });
  }
}

/** @throws Error for what should not happen */
function telemetryFor(changes: { removed: number; restored: number }): Telemetry {
  const unexpected = (...what: unknown[]) => {
    throw new Error(`The reconcile met what is not there: ${what.map(String).join(", ")}`);
  };
  return {
    removed: () => void changes.removed++,
    restored: () => void changes.restored++,
    removedUnknown: (_topic, { Sid }, reason) => unexpected(Sid, reason),
    accountRefused: ({ accountId }) => unexpected(accountId),
    notRestored: (_connection, reason) => unexpected(reason),
    error: unexpected,
    reconciled: () => undefined,
  };
}
