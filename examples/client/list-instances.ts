/**
 * Uses a connection from a program of the vendor's: lists the EC2 instances of one customer, in the connection's region.
 *
 *   node --import tsx examples/client/list-instances.ts onboarding-prod-connections us-east-1 eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f
 *
 * The first two arguments are the stack's output `tableName` and its `aws:region`.
 */
import { EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { ConnectionError, ConnectionsClient } from "../../client/index.js";

const [tableName = "", homeRegion = "", externalId = ""] = process.argv.slice(2);
const connections = new ConnectionsClient({ tableName, homeRegion, caller: "example" });

try {
  const { region } = await connections.find({ externalId });
  const ec2 = new EC2Client({ region, credentials: connections.credentialsFor({ externalId }) });
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
  // Each cause has its own class; this program only prints the sentence.
  if (!(error instanceof ConnectionError)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
