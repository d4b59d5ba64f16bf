import * as pulumi from "@pulumi/pulumi";
import type { ChangesVariables } from "../functions/changes/environment.js";
import { changesNameOf } from "../functions/domain/names.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { changesPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { StreamConsumer } from "./stream-consumer.js";

/** What {@link Changes} are made of. */
export interface ChangesArgs extends FunctionDefaults, Pick<Configuration, "historyDays" | "homeRegion"> {
  /** The region whose connections it follows, and in which all of it lives. */
  region: string;
  /** Where the region's connections are, and whose stream carries their changes. */
  table: ConnectionTable;
  /** The bundle of the changes function. */
  code: pulumi.asset.Archive;
}

/** Ten changes, each with two calls that may have to be tried again. */
const TIMEOUT_SECONDS = 60;
const BATCH_SIZE = 10;

/** What keeps the history of one region's connections, and sends the vendor's applications an event for each change of status. */
export class Changes extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: ChangesArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Changes", name, {}, options);

    const parent = this;
    const { region, prefix, table } = args;
    const changes = createFunction();
    followStream();

    this.functionName = changes.functionName;
    this.registerOutputs({ functionName: this.functionName });

    function createFunction() {
      const environment: FunctionEnvironment<ChangesVariables> = {
        TABLE_NAME: table.tableName,
        HISTORY_DAYS: String(args.historyDays),
        HOME_REGION: args.homeRegion,
        EVENT_SOURCE: prefix,
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          functionName: changesNameOf(prefix),
          roleName: `${changesNameOf(prefix)}-${region}`,
          description: `Keeps the history of the connections in ${region} and sends an event for each change of status.`,
          environment,
          statements: table.tableName.apply((tableName) =>
            changesPolicy({ ...args, tableName, eventSource: prefix }),
          ),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        { parent },
      );
    }

    function followStream() {
      return new StreamConsumer(
        `${name}-stream`,
        {
          region,
          table,
          function: changes,
          // By key, because what TTL removed has no new image. Without `item`, history would have a history of its own.
          pattern: {
            dynamodb: {
              Keys: { item: { S: ["connection"] }, externalId: { S: [{ prefix: `${region}:` }] } },
            },
          },
          batchSize: BATCH_SIZE,
        },
        { parent },
      );
    }
  }
}
