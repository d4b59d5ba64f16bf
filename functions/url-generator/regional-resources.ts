import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { CapacityHint } from "../domain/capacity-hint.js";
import { ConnectionRepository } from "../domain/connection-repository.js";
import { topicArns } from "../domain/names.js";
import { timeLimits } from "../runtime/time-limits.js";
import type { UrlGeneratorEnvironment } from "./environment.js";
import { LimitedConnections, type Limits } from "./limits.js";
import { TopicChoice, type TopicChoiceOptions } from "./topic-choice.js";

/** One region's replica and topics. */
export interface Regional {
  readonly connections: ConnectionRepository;
  readonly limited: LimitedConnections;
  readonly topicChoice: TopicChoice;
}

/** The served regions' replicas and topics; their clients are created when they are first needed. */
export class RegionalResources {
  /** The number of topics by region. */
  private readonly topics: Readonly<Record<string, number>>;
  private readonly known = new Map<string, Regional>();

  constructor(
    private readonly environment: UrlGeneratorEnvironment,
    private readonly limits: Limits,
    /** Of one region's topics. */
    private readonly optionsIn: (region: string) => TopicChoiceOptions,
  ) {
    this.topics = JSON.parse(environment.TOPICS);
  }

  /** The served regions, offered or retired. */
  get regions(): readonly string[] {
    return Object.keys(this.topics);
  }

  /** Whether the program receives requests in a region, offered or retired. */
  serves(region: string): boolean {
    return region in this.topics;
  }

  in(region: string): Regional {
    const known = this.known.get(region);
    if (known) return known;
    const { TABLE_NAME, TOPIC_PREFIX, TRUSTED_ACCOUNT } = this.environment;
    const arns = topicArns(region, TRUSTED_ACCOUNT, TOPIC_PREFIX, this.topics[region] ?? 0);
    const dynamoDB = new DynamoDBClient({ region, requestHandler: timeLimits(1000, 5000) });
    const sns = new SNSClient({ region, requestHandler: timeLimits(1000, 5000) });
    const hint = new CapacityHint(dynamoDB, TABLE_NAME, region);
    const connections = new ConnectionRepository(dynamoDB, TABLE_NAME, { withCode: true });
    const created = {
      connections,
      limited: new LimitedConnections(dynamoDB, TABLE_NAME, connections, this.limits),
      topicChoice: new TopicChoice(region, arns, sns, { ...this.optionsIn(region), hint }),
    };
    this.known.set(region, created);
    return created;
  }
}
