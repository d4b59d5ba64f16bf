import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { v4 as uuid } from "uuid";
import { type Connection, Connections, deleteAfter } from "../shared/connection.js";
import { topicArns } from "../shared/topic.js";
import type { UrlGeneratorEnvironment } from "./environment.js";
import { quickCreateLink } from "./link.js";
import { TopicChoice } from "./topic-choice.js";

/** What a customer wants to connect. */
export interface NewConnection {
  readonly accountId: string;
  readonly region: string;
  readonly tenant: string;
}

export interface CreatedConnection {
  readonly externalId: string;
  readonly link: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Makes connections, each in the replica and on the topic of its own region. */
export class ConnectionMaker {
  private readonly topics: Readonly<Record<string, number>>;
  private readonly regional = new Map<
    string,
    { readonly connections: Connections; readonly topicChoice: TopicChoice }
  >();

  constructor(private readonly environment: UrlGeneratorEnvironment) {
    this.topics = JSON.parse(environment.TOPICS);
  }

  get regions(): readonly string[] {
    return Object.keys(this.topics);
  }

  /** @throws UnknownAccountError, NoRoomError: then nothing is left behind */
  async create({ accountId, region, tenant }: NewConnection): Promise<CreatedConnection> {
    const { environment } = this;
    const { connections, topicChoice } = this.in(region);
    const externalId = `${region}:${uuid()}`;
    const now = new Date();
    const expires = new Date(now.getTime() + Number(environment.LINK_LIFETIME_HOURS) * 3_600_000);
    const wanted: Omit<Connection, "topicArn"> = {
      externalId,
      accountId,
      region,
      tenant,
      grantedTo: tenant === "" ? environment.VENDOR_NAME : `${environment.VENDOR_NAME} (${tenant})`,
      status: "pending",
      revision: 1,
      createdAt: now.toISOString(),
      expiresAt: expires.toISOString(),
      deleteAfter: deleteAfter(expires),
    };
    const connection = await topicChoice.place(wanted, connections);
    const link = quickCreateLink({
      ...connection,
      templateUrl: environment.TEMPLATE_URL,
      trustedAccount: environment.TRUSTED_ACCOUNT,
    });
    return { externalId, link, expiresAt: connection.expiresAt };
  }

  private in(region: string) {
    const known = this.regional.get(region);
    if (known) return known;
    const { TABLE_NAME, TOPIC_PREFIX, TRUSTED_ACCOUNT } = this.environment;
    const arns = topicArns(region, TRUSTED_ACCOUNT, TOPIC_PREFIX, this.topics[region] ?? 0);
    const made = {
      connections: new Connections(new DynamoDBClient({ region }), TABLE_NAME),
      topicChoice: new TopicChoice(region, arns, new SNSClient({ region })),
    };
    this.regional.set(region, made);
    return made;
  }
}
