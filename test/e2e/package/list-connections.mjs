import { ConnectionsClient } from "cross-account-onboarding/client";

const [endpoint, tableName, homeRegion, ...regions] = process.argv.slice(2);
const clientOptions = { endpoint };
const connections = new ConnectionsClient({ tableName, homeRegion, regions, clientOptions });

for await (const connection of connections.listConnections({ status: "connected" })) {
  const credentials = await connections.credentialsFor(connection)();
  console.log(connection.accountId, connection.region, typeof credentials.sessionToken);
}
