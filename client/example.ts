/**
 * An example of a program that uses connections: lists the EC2 instances of a customer, in the region of the connection.
 *
 *   node --import tsx client/example.ts --stack prod eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f
 */
import { parseArgs } from "node:util";
import { EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { tableNameOf } from "../functions/domain/names.js";
import { ConnectionError, ConnectionsClient } from "./index.js";
import { readTarget } from "./target.js";

const { values, positionals } = parseArgs({
  options: {
    stack: { type: "string", default: "dev" },
    state: { type: "string" },
    local: { type: "boolean" },
  },
  allowPositionals: true,
});
const [externalId = ""] = positionals;
const { stack, state, local = false } = values;
const { prefix, homeRegion, clientOptions } = readTarget({ stack, local, ...(state && { state }) });

// In a program of your own: the stack's output tableName and its aws:region.
const connections = new ConnectionsClient({
  tableName: tableNameOf(prefix),
  homeRegion,
  caller: "example",
  clientOptions,
});

try {
  const { region } = await connections.find({ externalId });
  const ec2 = new EC2Client({
    ...(clientOptions.endpoint !== undefined && { endpoint: clientOptions.endpoint }),
    region,
    credentials: connections.credentialsFor({ externalId }),
  });
  let count = 0;
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, {})) {
    for (const { InstanceId, InstanceType, State } of Reservations.flatMap(
      ({ Instances = [] }) => Instances,
    )) {
      console.log(`${InstanceId}  ${InstanceType}  ${State?.Name}`);
      count += 1;
    }
  }
  console.log(`${count} instances in ${region}.`);
} catch (error) {
  // Each case has a class of its own; this program only says what happened.
  if (!(error instanceof ConnectionError)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
