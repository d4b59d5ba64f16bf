import { Table } from "@pulumi/aws/dynamodb/table.js";
import * as pulumi from "@pulumi/pulumi";
import { tableNameOf } from "../functions/domain/names.js";
import type { Configuration } from "./config/configuration.js";

/** What a {@link ConnectionTable} is made of. */
export type ConnectionTableArgs = Pick<
  Configuration,
  "homeRegion" | "prefix" | "protect" | "releasedRegions" | "servedRegions"
>;

/**
 * Each index that holds whole connections, with its keys. Only those are in it that have the attributes: no member has a topic, and nothing
 * but members an organization.
 */
const INDEXES = {
  byAccount: ["accountId", "createdAt"],
  byRegion: ["region", "createdAt"],
  byTenant: ["tenant", "createdAt"],
  byTopic: ["topicArn", "createdAt"],
  byOrganization: ["organization", "accountId"],
} as const;

/** Each index of what a region has to do, with the time when it is due: nothing else has that attribute. */
const DUE = { byNextProbe: "nextProbeAt", byNextListing: "nextListingAt" };

/** The connections, in a DynamoDB global table: a replica in every served region. */
export class ConnectionTable extends pulumi.ComponentResource {
  /** The table's name, the same in every region; known only when every replica is there, so that nobody writes to one before. */
  readonly tableName: pulumi.Output<string>;
  private readonly homeRegion: string;
  private readonly table: Table;

  constructor(name: string, args: ConnectionTableArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:ConnectionTable", name, {}, options);

    const parent = this;
    const { homeRegion, protect } = args;
    const table = createTable();

    this.table = table;
    this.homeRegion = homeRegion;
    this.tableName = table.name;
    this.registerOutputs({ tableName: this.tableName });

    function createTable() {
      const attributes = new Set([
        "externalId",
        "item",
        ...Object.values(INDEXES).flat(),
        ...Object.values(DUE),
      ]);
      return new Table(
        `${name}-table`,
        {
          region: homeRegion,
          name: tableNameOf(args.prefix),
          billingMode: "PAY_PER_REQUEST",
          hashKey: "externalId",
          rangeKey: "item",
          attributes: [...attributes].map((attribute) => ({ name: attribute, type: "S" })),
          globalSecondaryIndexes: [
            ...Object.entries(INDEXES).map(([index, [hash, range]]) => ({
              name: index,
              keySchemas: keys(hash, range),
              projectionType: "ALL",
            })),
            ...Object.entries(DUE).map(([index, time]) => ({
              name: index,
              keySchemas: keys("region", time),
              projectionType: "KEYS_ONLY",
            })),
          ],
          ttl: { attributeName: "deleteAfter", enabled: true },
          // Replicas are fed from the stream, and need both images in it. The changes function is fed from it, too.
          streamEnabled: true,
          streamViewType: "NEW_AND_OLD_IMAGES",
          pointInTimeRecovery: { enabled: true },
          deletionProtectionEnabled: protect,
          // In an order of their own, so that retiring a region changes nothing here.
          replicas: args.servedRegions
            .filter((region) => region !== homeRegion)
            .sort()
            .map(replicaIn),
        },
        { parent, protect },
      );
    }

    /** A replica takes neither recovery, protection nor tags from its table: it has its own, off unless said otherwise. */
    function replicaIn(regionName: string) {
      return {
        regionName,
        pointInTimeRecovery: true,
        deletionProtectionEnabled: protect && !args.releasedRegions.includes(regionName),
        propagateTags: true,
      };
    }
  }

  /** The ARN of the stream of the region's replica: each has its own, which carries the items of all regions. */
  streamArnIn(region: string): pulumi.Output<string> {
    if (region === this.homeRegion) return this.table.streamArn;
    return applyToKnown<string>(this.table.replicas, (replicas) => {
      // While one replica is still to be created, only the others are known: what reads their streams must not be shown as replaced.
      if (pulumi.isUnknown(replicas)) return pulumi.unknown;
      const replica = replicas?.find((one) => !pulumi.isUnknown(one) && one.regionName === region);
      if (!replica && pulumi.containsUnknowns(replicas)) return pulumi.unknown;
      if (!replica?.streamArn) {
        throw new pulumi.RunError(
          `The table of connections has no stream in ${region} that is known: an earlier update broke off while the replica was created. Run: pulumi up --refresh.`,
        );
      }
      return replica.streamArn;
    });
  }
}

type Replicas = Table["replicas"] extends pulumi.Output<infer Known> ? Known : never;

/** Like `apply`, but called in a preview too, with what is known by then; everything else is `pulumi.unknown`. */
function applyToKnown<Result>(
  replicas: Table["replicas"],
  transform: (known: Replicas) => Result | typeof pulumi.unknown,
): pulumi.Output<Result> {
  type Apply = (transform: (known: Replicas) => unknown, runWithUnknowns: true) => pulumi.Output<Result>;
  return (replicas.apply as unknown as Apply).call(replicas, transform, true);
}

function keys(hash: string, range: string) {
  return [
    { attributeName: hash, keyType: "HASH" },
    { attributeName: range, keyType: "RANGE" },
  ];
}
