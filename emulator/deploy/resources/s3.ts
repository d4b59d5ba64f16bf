import {
  CreateBucketCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { put, type ResourceTypes } from "./resource-type.js";

export const s3: ResourceTypes = {
  "aws:s3/bucket:Bucket": {
    create: async (inputs, cloud) => {
      const { bucket, region } = inputs;
      await cloud.vendor.s3(region).send(
        new CreateBucketCommand({
          Bucket: bucket,
          // us-east-1 is the one region that must not be named here.
          ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region } }),
        }),
      );
      const bucketRegionalDomainName = `${bucket}.s3.${region}.amazonaws.com`;
      return { id: bucket, state: { arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName } };
    },
  },
  // A changed key is a new object; the old one stays (retainOnDelete), as on AWS.
  "aws:s3/bucketObjectv2:BucketObjectv2": put(async (inputs, cloud) => {
    await cloud.vendor.s3(inputs.region).send(
      new PutObjectCommand({
        Bucket: inputs.bucket,
        Key: inputs.key,
        Body: inputs.content,
        ContentType: inputs.contentType,
      }),
    );
    return { id: inputs.key };
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    create: async (inputs, cloud) => {
      await cloud.vendor.s3(inputs.region).send(
        new PutBucketOwnershipControlsCommand({
          Bucket: inputs.bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: inputs.rule.objectOwnership }] },
        }),
      );
      return { id: inputs.bucket };
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    create: async (inputs, cloud) => {
      await cloud.vendor
        .s3(inputs.region)
        .send(new PutBucketPolicyCommand({ Bucket: inputs.bucket, Policy: inputs.policy }));
      return { id: inputs.bucket };
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    create: async (inputs, cloud) => {
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
  "aws:s3/bucketVersioning:BucketVersioning": {
    create: async (inputs, cloud) => {
      await cloud.vendor.s3(inputs.region).send(
        new PutBucketVersioningCommand({
          Bucket: inputs.bucket,
          VersioningConfiguration: { Status: inputs.versioningConfiguration.status },
        }),
      );
      return { id: inputs.bucket };
    },
  },
};
