import { EventSourceMapping } from "@pulumi/aws/lambda/eventSourceMapping.js";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionTable } from "./connection-table.js";
import type { NodeFunction } from "./node-function.js";

/** What a {@link StreamConsumer} is made of. */
export interface StreamConsumerArgs {
  /** Where function and replica are. */
  region: string;
  /** The table whose stream, in this region, is read. */
  table: ConnectionTable;
  /** What handles the records. */
  function: NodeFunction;
  /** Which records it gets, in Lambda's filter syntax. The stream of each replica carries the items of all regions. */
  pattern: object;
  /** How many records it gets at once, at most. */
  batchSize: number;
  /** How often a batch that failed is tried again. @default for as long as the stream keeps it, which is a day */
  maxRetries?: number;
}

/** Lets a function handle the changes of a table, as one region's stream carries them. */
export class StreamConsumer extends pulumi.ComponentResource {
  constructor(name: string, args: StreamConsumerArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:StreamConsumer", name, {}, options);

    new EventSourceMapping(
      `${name}-mapping`,
      {
        region: args.region,
        eventSourceArn: args.table.streamArnIn(args.region),
        functionName: args.function.functionName,
        startingPosition: "TRIM_HORIZON",
        batchSize: args.batchSize,
        maximumRetryAttempts: args.maxRetries,
        filterCriteria: { filters: [{ pattern: JSON.stringify(args.pattern) }] },
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}
