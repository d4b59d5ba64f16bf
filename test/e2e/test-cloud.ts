import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { readConnection } from "../../emulator/deploy/connection-record.js";
import { Deployment, type StackOutputs } from "../../emulator/deploy/deployment.js";
import { regionsOf } from "../../emulator/deploy/stack-config.js";
import { EmbeddedCloud } from "../../emulator/embedded-cloud.js";
import { poll } from "../../emulator/poll.js";

/** A connection as the table keeps it: strings as they are, sets as sorted lists. */
export type StoredConnection = Readonly<Record<string, string | readonly string[]>>;

/** The least that the stack dev can be configured with: what else it is, a test says itself. */
const CONFIG = {
  "aws:region": "us-east-1",
  "onboarding:regions": ["us-east-1", "eu-west-1", "ap-southeast-2"],
  "onboarding:auth": "none",
  "onboarding:protect": false,
};

/** The program, deployed in an embedded cloud. */
export class TestCloud {
  private accounts = 0;

  private constructor(
    readonly cloud: EmbeddedCloud,
    readonly deployment: Deployment,
    readonly config: Record<string, unknown>,
    readonly program: StackOutputs,
  ) {}

  /**
   * @param changes to the configuration
   * @param environment more of it for ministack
   */
  static async start(
    changes: Record<string, unknown> = {},
    environment: Record<string, string> = {},
  ): Promise<TestCloud> {
    const config = { ...CONFIG, ...changes };
    const cloud = await EmbeddedCloud.start({ regions: regionsOf(config), environment });
    try {
      const deployment = new Deployment(cloud);
      const program = await deployment.up(config);
      return new TestCloud(cloud, deployment, config, program);
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  }

  /** An AWS account that nobody used before. */
  newAccount(): string {
    this.accounts += 1;
    return String(333_300_000_000 + this.accounts);
  }

  /** The connection with an external ID, as a region's replica has it; undefined where there is none. */
  async connection(
    externalId: string,
    region = externalId.split(":")[0] ?? "",
  ): Promise<StoredConnection | undefined> {
    const record = await readConnection(this.cloud.vendor, this.program.tableName, externalId, region);
    if (!record) return undefined;
    return Object.fromEntries(
      Object.entries(record).map(([name, value]) => [
        name,
        // Of a map, its keys.
        value.M ? Object.keys(value.M) : value.SS ? [...value.SS].sort() : String(value.S ?? value.N),
      ]),
    );
  }

  /** Sets attributes of a connection, as whatever else could have happened to it would. */
  async set(externalId: string, values: Readonly<Record<string, string>>): Promise<void> {
    const entries = Object.entries(values);
    await this.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "").send(
      new UpdateItemCommand({
        TableName: this.program.tableName,
        Key: { externalId: { S: externalId }, item: { S: "connection" } },
        UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          entries.map(([name, value]) => [`:${name}`, { S: value }]),
        ),
      }),
    );
  }

  /** Waits until the connection's status is the one given, and returns the connection. */
  async untilStatus(externalId: string, status: string): Promise<StoredConnection> {
    let connection: StoredConnection | undefined;
    const look = async () => {
      connection = await this.connection(externalId);
      return connection?.status === status ? connection : undefined;
    };
    return poll(look, {
      timeoutSeconds: 10,
      failure: () => `${externalId} is ${String(connection?.status)} after 10 s, not ${status}.`,
    });
  }
}
