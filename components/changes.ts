import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChangesVariables } from "../functions/changes/environment.js";
import { changesNameOf } from "../functions/domain/names.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { changesPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";

/** What {@link Changes} are made of. */
export interface ChangesArgs extends FunctionDefaults, Pick<Configuration, "historyDays" | "homeRegion"> {
  /** The region whose connections it follows, and in which all of it lives. */
  region: string;
  /** Where the region's connections are, and whose stream carries their changes. */
  table: ConnectionTable;
  /** The bundle of the changes function. */
  code: pulumi.asset.Archive;
}

/** Ten changes, each with a few calls that may have to be tried again. */
const TIMEOUT_SECONDS = 60;
const BATCH_SIZE = 10;

/**
 * The one reader of one region's stream: it keeps the history of the region's connections, sends the vendor's applications an event for each
 * change of status, and removes the statements of connections that ended.
 */
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
          description: `Keeps the history of the connections in ${region}, sends events and removes the topic statements of what ended.`,
          environment,
          statements: table.tableName.apply((tableName) =>
            changesPolicy({ ...args, tableName, eventSource: prefix }),
          ),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        { parent },
      );
    }

    /**
     * Nothing else may read the stream: "For global tables, we recommend you limit the number of simultaneous functions to one" (Lambda
     * developer guide, "Using AWS Lambda with Amazon DynamoDB"). A change is tried again for as long as the stream keeps it, which is a day.
     */
    function followStream() {
      // By key, because what TTL removed has no new image. Without `item`, history would have a history of its own.
      const Keys = { item: { S: ["connection"] }, externalId: { S: [{ prefix: `${region}:` }] } };
      return new EventSourceMapping(
        `${name}-stream`,
        {
          region,
          eventSourceArn: table.streamArnIn(region),
          functionName: changes.functionName,
          startingPosition: "TRIM_HORIZON",
          batchSize: BATCH_SIZE,
          filterCriteria: { filters: [{ pattern: JSON.stringify({ dynamodb: { Keys } }) }] },
        },
        { parent },
      );
    }
  }
}
