import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AddPermissionCommand, SNSClient } from "@aws-sdk/client-sns";
import { v4 as uuid } from "uuid";
import { type Connection, Connections, deleteAfter } from "../shared/connection.js";
import type { UrlGeneratorEnvironment } from "./environment.js";
import { quickCreateLink } from "./link.js";

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
  private readonly topicArns: Readonly<Record<string, readonly string[]>>;
  private readonly regional = new Map<
    string,
    { readonly connections: Connections; readonly sns: SNSClient }
  >();

  constructor(private readonly environment: UrlGeneratorEnvironment) {
    this.topicArns = JSON.parse(environment.TOPIC_ARNS);
  }

  get regions(): readonly string[] {
    return Object.keys(this.topicArns);
  }

  /** Writes the connection first and the permission second: whoever may publish has a record to be checked against. */
  async create({ accountId, region, tenant }: NewConnection): Promise<CreatedConnection> {
    const { environment } = this;
    const { connections, sns } = this.in(region);
    const [topicArn = ""] = this.topicArns[region] ?? [];
    const externalId = `${region}:${uuid()}`;
    const now = new Date();
    const expires = new Date(now.getTime() + Number(environment.LINK_LIFETIME_HOURS) * 3_600_000);
    const connection: Connection = {
      externalId,
      accountId,
      region,
      topicArn,
      tenant,
      grantedTo: tenant === "" ? environment.VENDOR_NAME : `${environment.VENDOR_NAME} (${tenant})`,
      status: "pending",
      revision: 1,
      createdAt: now.toISOString(),
      expiresAt: expires.toISOString(),
      deleteAfter: deleteAfter(expires),
    };
    await connections.create(connection);
    await sns.send(
      new AddPermissionCommand({
        TopicArn: topicArn,
        Label: permissionLabel(externalId),
        AWSAccountId: [accountId],
        ActionName: ["Publish"],
      }),
    );
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
    const made = {
      connections: new Connections(new DynamoDBClient({ region }), this.environment.TABLE_NAME),
      sns: new SNSClient({ region }),
    };
    this.regional.set(region, made);
    return made;
  }
}

/** The label of a connection's statement in its topic's policy: no other statement has it. */
export function permissionLabel(externalId: string): string {
  return externalId.replace(":", "-");
}
