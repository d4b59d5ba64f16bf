import { apigatewayv2 } from "./apigatewayv2.js";
import { cloudwatch } from "./cloudwatch.js";
import { dynamodb } from "./dynamodb.js";
import { iam } from "./iam.js";
import { lambda } from "./lambda.js";
import type { ResourceTypes } from "./resource-type.js";
import { s3 } from "./s3.js";
import { sns } from "./sns.js";
import { sqs } from "./sqs.js";

/** Every type of resource that the embedded cloud can make, by Pulumi's type token. */
export const resourceTypes: ResourceTypes = {
  ...apigatewayv2,
  ...cloudwatch,
  ...dynamodb,
  ...iam,
  ...lambda,
  ...s3,
  ...sns,
  ...sqs,
};
