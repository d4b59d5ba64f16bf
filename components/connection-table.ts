import { Table } from "@pulumi/aws/dynamodb/table.js";
import * as pulumi from "@pulumi/pulumi";
import { tableNameOf } from "../functions/domain/names.js";
import type { Configuration } from "./config/configuration.js";
import { arn } from "./iam/arn.js";
import type { PolicyStatement } from "./iam/policy-document.js";

/** What a {@link ConnectionTable} is made of. */
export interface ConnectionTableArgs {
  configuration: Configuration;
}

/** The one record that this system keeps, in a DynamoDB global table: a replica in every served region. */
export class ConnectionTable extends pulumi.ComponentResource {
  /** The table's name, the same in every region. */
  readonly tableName: pulumi.Output<string>;
  private readonly accountId: string;
  private readonly homeRegion: string;
  private readonly table: Table;

  constructor(name: string, args: ConnectionTableArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:ConnectionTable", name, {}, options);

    const table = createTable(this, name, args.configuration);

    this.table = table;
    this.homeRegion = args.configuration.homeRegion;
    this.accountId = args.configuration.accountId;
    this.tableName = table.name;
    this.registerOutputs({ tableName: this.tableName });
  }

  /** The ARN of the region's replica; known only when every replica is there, so that nobody writes to one before. */
  arnIn(region: string): pulumi.Output<string> {
    return this.tableName.apply((tableName) => arn("dynamodb", region, this.accountId, `table/${tableName}`));
  }

  /** The ARN of the stream of the region's replica: each has its own, which carries the items of all regions. */
  streamArnIn(region: string): pulumi.Output<string> {
    if (region === this.homeRegion) return this.table.streamArn;
    return this.table.replicas.apply((replicas) => {
      const replica = (replicas ?? []).find(({ regionName }) => regionName === region);
      if (!replica?.streamArn) {
        throw new pulumi.RunError(
          `The table of connections has no stream in ${region} yet: run pulumi up again in a minute.`,
        );
      }
      return replica.streamArn;
    });
  }

  /** The ARNs of some of the region's indexes. */
  indexArnsIn(region: string, indexes: (keyof typeof INDEXES)[]): pulumi.Output<string>[] {
    return indexes.map((index) => pulumi.interpolate`${this.arnIn(region)}/index/${index}`);
  }
}

/** Each index by its name, with the attribute that it is for; all are sorted by the time of creation. */
const INDEXES = { byAccount: "accountId", byRegion: "region", byTenant: "tenant" };

function createTable(parent: ConnectionTable, name: string, configuration: Configuration): Table {
  return new Table(
    `${name}-table`,
    {
      region: configuration.homeRegion,
      name: tableNameOf(configuration.prefix),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "externalId",
      rangeKey: "item",
      attributes: ["externalId", "item", ...Object.values(INDEXES), "createdAt", "nextProbeAt"].map(
        (attribute) => ({
          name: attribute,
          type: "S",
        }),
      ),
      globalSecondaryIndexes: [
        ...Object.entries(INDEXES).map(([index, attribute]) => ({
          name: index,
          keySchemas: [
            { attributeName: attribute, keyType: "HASH" },
            { attributeName: "createdAt", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        })),
        // Holds the connections that are to be probed again and no others: nothing else has the attribute.
        {
          name: "byNextProbe",
          keySchemas: [
            { attributeName: "region", keyType: "HASH" },
            { attributeName: "nextProbeAt", keyType: "RANGE" },
          ],
          projectionType: "KEYS_ONLY",
        },
      ],
      ttl: { attributeName: "deleteAfter", enabled: true },
      // Replicas are fed from the stream, and need both images in it. The permissions functions are fed from it, too.
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: configuration.protect,
      // In an order of their own, so that retiring a region changes nothing here.
      replicas: configuration.servedRegions
        .filter((region) => region !== configuration.homeRegion)
        .sort()
        .map((region) => replica(region, configuration)),
      tags: configuration.tags,
    },
    { parent, protect: configuration.protect },
  );
}

/** A replica takes neither recovery, protection nor tags from its table: it has its own, off unless said otherwise. */
function replica(region: string, configuration: Configuration) {
  return {
    regionName: region,
    pointInTimeRecovery: true,
    deletionProtectionEnabled: configuration.protect,
    propagateTags: true,
  };
}

/**
 * Connections whose key begins with this region, in this region's replica. A condition with ForAllValues holds when the
 * request has no leading keys at all, as Scan and PartiQL have none: so only actions on single items are granted here.
 */
export function writeConnectionsOf(table: ConnectionTable, region: string): PolicyStatement {
  return {
    Sid: "OwnConnections",
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    Resource: [table.arnIn(region)],
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${region}:*`] } },
  };
}

/** For a function that the region's stream drives: Lambda reads the stream with the function's own role. */
export function readStreamOf(table: ConnectionTable, region: string): PolicyStatement {
  return {
    Sid: "OwnStream",
    Effect: "Allow",
    Action: [
      "dynamodb:DescribeStream",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
    ],
    Resource: [pulumi.interpolate`${table.arnIn(region)}/stream/*`],
  };
}
