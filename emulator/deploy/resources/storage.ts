import {
  CreateTableCommand,
  DescribeTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import type { Inputs, ResourceContext, ResourceType } from "./types.js";

const keySchema = (hashKey: string, rangeKey?: string) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

async function createTable(inputs: Inputs, { cloud }: ResourceContext) {
  const dynamoDB = cloud.vendor.dynamoDB(inputs.region);
  await dynamoDB.send(
    new CreateTableCommand({
      TableName: inputs.name,
      BillingMode: inputs.billingMode,
      KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
      AttributeDefinitions: inputs.attributes.map((attribute: Inputs) => ({
        AttributeName: attribute.name,
        AttributeType: attribute.type,
      })),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index: Inputs) => ({
        IndexName: index.name,
        KeySchema: index.keySchemas
          ? index.keySchemas.map((key: Inputs) => ({
              AttributeName: key.attributeName,
              KeyType: key.keyType,
            }))
          : keySchema(index.hashKey, index.rangeKey),
        Projection: { ProjectionType: index.projectionType, NonKeyAttributes: index.nonKeyAttributes },
      })),
      StreamSpecification: inputs.streamEnabled && {
        StreamEnabled: true,
        StreamViewType: inputs.streamViewType,
      },
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
    }),
  );
  const updates = (inputs.replicas ?? []).map((replica: Inputs) => ({
    Create: { RegionName: replica.regionName },
  }));
  // One at a time, as the provider does on AWS.
  for (const ReplicaUpdate of updates) {
    await dynamoDB.send(new UpdateTableCommand({ TableName: inputs.name, ReplicaUpdates: [ReplicaUpdate] }));
  }
  if (inputs.ttl) {
    await dynamoDB.send(
      new UpdateTimeToLiveCommand({
        TableName: inputs.name,
        TimeToLiveSpecification: { AttributeName: inputs.ttl.attributeName, Enabled: inputs.ttl.enabled },
      }),
    );
  }
  if (inputs.pointInTimeRecovery) {
    await dynamoDB.send(
      new UpdateContinuousBackupsCommand({
        TableName: inputs.name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: inputs.pointInTimeRecovery.enabled },
      }),
    );
  }
  const { Table } = await dynamoDB.send(new DescribeTableCommand({ TableName: inputs.name }));
  const replicas = await Promise.all(
    (inputs.replicas ?? []).map(async (replica: Inputs) => {
      const found = await cloud.vendor
        .dynamoDB(replica.regionName)
        .send(new DescribeTableCommand({ TableName: inputs.name }));
      return { ...replica, arn: found.Table?.TableArn, streamArn: found.Table?.LatestStreamArn };
    }),
  );
  return { id: inputs.name, state: { arn: Table?.TableArn, streamArn: Table?.LatestStreamArn, replicas } };
}

async function putObject(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor.s3(inputs.region).send(
    new PutObjectCommand({
      Bucket: inputs.bucket,
      Key: inputs.key,
      Body: inputs.content,
      ContentType: inputs.contentType,
    }),
  );
  return { id: inputs.key };
}

export const storageTypes: Readonly<Record<string, ResourceType>> = {
  "aws:dynamodb/table:Table": { create: createTable },
  "aws:s3/bucket:Bucket": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.s3(inputs.region).send(
        new CreateBucketCommand({
          Bucket: inputs.bucket,
          // us-east-1 is the one region that may not be named here.
          ...(inputs.region === "us-east-1"
            ? {}
            : { CreateBucketConfiguration: { LocationConstraint: inputs.region } }),
        }),
      );
      const regional = `${inputs.bucket}.s3.${inputs.region}.amazonaws.com`;
      return {
        id: inputs.bucket,
        state: { arn: `arn:aws:s3:::${inputs.bucket}`, bucketRegionalDomainName: regional },
      };
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.s3(inputs.region).send(
        new PutBucketVersioningCommand({
          Bucket: inputs.bucket,
          VersioningConfiguration: { Status: inputs.versioningConfiguration.status },
        }),
      );
      return { id: inputs.bucket };
    },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.s3(inputs.region).send(
        new PutBucketOwnershipControlsCommand({
          Bucket: inputs.bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: inputs.rule.objectOwnership }] },
        }),
      );
      return { id: inputs.bucket };
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.s3(inputs.region).send(
        new PutPublicAccessBlockCommand({
          Bucket: inputs.bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: inputs.blockPublicAcls,
            IgnorePublicAcls: inputs.ignorePublicAcls,
            BlockPublicPolicy: inputs.blockPublicPolicy,
            RestrictPublicBuckets: inputs.restrictPublicBuckets,
          },
        }),
      );
      return { id: inputs.bucket };
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor
        .s3(inputs.region)
        .send(new PutBucketPolicyCommand({ Bucket: inputs.bucket, Policy: inputs.policy }));
      return { id: inputs.bucket };
    },
  },
  // A changed key is a new object; the old one stays (retainOnDelete), as on AWS.
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    create: putObject,
    update: (inputs, _existing, context) => putObject(inputs, context),
  },
};
