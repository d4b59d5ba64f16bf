import {
  CreateTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { EmbeddedCloud } from "../../embedded-cloud.js";
import { type Inputs, put, type Resource, type ResourceTypes } from "./resource-type.js";

const keySchema = (hashKey: string, rangeKey?: string) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

const index = ({ name, keySchemas, hashKey, rangeKey, projectionType, nonKeyAttributes }: Inputs) => ({
  IndexName: name,
  KeySchema: keySchemas
    ? keySchemas.map((key: Inputs) => ({ AttributeName: key.attributeName, KeyType: key.keyType }))
    : keySchema(hashKey, rangeKey),
  Projection: { ProjectionType: projectionType, NonKeyAttributes: nonKeyAttributes },
});

async function createTable(inputs: Inputs, cloud: EmbeddedCloud): Promise<Resource> {
  const { name: TableName, replicas = [], ttl, pointInTimeRecovery } = inputs;
  const dynamoDB = cloud.vendor.dynamoDB(inputs.region);
  await dynamoDB.send(
    new CreateTableCommand({
      TableName,
      BillingMode: inputs.billingMode,
      KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
      AttributeDefinitions: inputs.attributes.map(({ name, type }: Inputs) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map(index),
      StreamSpecification: inputs.streamEnabled && {
        StreamEnabled: true,
        StreamViewType: inputs.streamViewType,
      },
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
    }),
  );
  // One at a time, as the provider makes them on AWS.
  for (const { regionName } of replicas) {
    const ReplicaUpdates = [{ Create: { RegionName: regionName } }];
    await dynamoDB.send(new UpdateTableCommand({ TableName, ReplicaUpdates }));
  }
  if (ttl) {
    const TimeToLiveSpecification = { AttributeName: ttl.attributeName, Enabled: ttl.enabled };
    await dynamoDB.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
  if (pointInTimeRecovery) {
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: pointInTimeRecovery.enabled };
    await dynamoDB.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  }
  const arnsIn = async (region: string) => {
    const { Table } = await cloud.vendor.dynamoDB(region).send(new DescribeTableCommand({ TableName }));
    return { arn: Table?.TableArn, streamArn: Table?.LatestStreamArn };
  };
  const state = {
    ...(await arnsIn(inputs.region)),
    replicas: await Promise.all(
      replicas.map(async (replica: Inputs) => ({ ...replica, ...(await arnsIn(replica.regionName)) })),
    ),
  };
  return { id: TableName, state };
}

async function createItem(inputs: Inputs, cloud: EmbeddedCloud): Promise<Resource> {
  const { tableName: TableName, hashKey, item } = inputs;
  const Item = JSON.parse(item);
  await cloud.vendor.dynamoDB(inputs.region).send(new PutItemCommand({ TableName, Item }));
  return { id: `${TableName}|${hashKey}|${Item[hashKey].S}` };
}

export const dynamodb: ResourceTypes = {
  "aws:dynamodb/table:Table": { create: createTable },
  // Another item has another key; the earlier one stays (retainOnDelete), as on AWS.
  "aws:dynamodb/tableItem:TableItem": put(createItem),
};
