/**
 * What whoever runs `pulumi up` has to be allowed, for each type of resource that the program registers: what the provider calls when it
 * creates, reads, changes and deletes one. Actions and the resources they take are from the Service Authorization Reference
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
 */
import { type Right, right, serviceLinkedRole } from "./right.js";

/** What every physical name begins with, whatever the stack. */
const NAMES = "onboarding-*";

/** With `rolePath` or without. */
const inIam = (kind: "policy" | "role") => [`${kind}/${NAMES}`, `${kind}/*/${NAMES}`];

const ROLES = inIam("role");
const BUCKETS = [NAMES];
const OBJECTS = [`${NAMES}/*`];
const FUNCTIONS = [`function:${NAMES}`];
const QUEUES = [NAMES];
const RULES = [`rule/${NAMES}`];
const TABLES = [`table/${NAMES}`];
const LOG_GROUPS = [`log-group:/aws/lambda/${NAMES}`, `log-group:/aws/vendedlogs/${NAMES}`];
const ANY = ["*"];

const TAGS = "ListTagsForResource TagResource UntagResource";

/** API Gateway's actions are HTTP's methods, and its APIs have no names. */
const API = right("apigateway", "DELETE GET PATCH POST PUT", ["/apis", "/apis/*", "/tags/*"]);

/** Their names are the vendor's: nothing in them tells those of this program from others. */
const DOMAIN_NAMES = right("apigateway", "DELETE GET PATCH POST PUT", [
  "/domainnames",
  "/domainnames/*",
  "/tags/*",
]);

function passRole(...services: string[]): Right {
  return right("iam", "PassRole", ROLES, { StringEquals: { "iam:PassedToService": services } });
}

/** Also what is read of every bucket: the provider looks at all of its settings. */
const BUCKET = [
  right(
    "s3",
    `
      CreateBucket DeleteBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation
      GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging
      GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration
      GetReplicationConfiguration ListBucket ListBucketVersions PutBucketTagging ${TAGS}
    `,
    BUCKETS,
  ),
  // A trial's bucket is emptied before it is deleted.
  right("s3", "DeleteObject DeleteObjectVersion", OBJECTS),
];

const BUCKET_POLICY = right("s3", "DeleteBucketPolicy GetBucketPolicy PutBucketPolicy", BUCKETS);

/** By Pulumi's type token. */
export const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  "aws:apigatewayv2/api:Api": [API],
  "aws:apigatewayv2/apiMapping:ApiMapping": [API, DOMAIN_NAMES],
  "aws:apigatewayv2/authorizer:Authorizer": [API],
  "aws:apigatewayv2/domainName:DomainName": [DOMAIN_NAMES, serviceLinkedRole("ops.apigateway.amazonaws.com")],
  "aws:apigatewayv2/integration:Integration": [API],
  "aws:apigatewayv2/route:Route": [API],
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html, "Permissions to activate logging"
  "aws:apigatewayv2/stage:Stage": [
    API,
    right(
      "logs",
      `
      CreateLogDelivery DeleteLogDelivery DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutResourcePolicy
      UpdateLogDelivery
    `,
      ANY,
    ),
    right("logs", "CreateLogGroup DescribeLogStreams FilterLogEvents GetLogEvents", LOG_GROUPS),
    serviceLinkedRole("ops.apigateway.amazonaws.com"),
  ],
  "aws:dynamodb/tableItem:TableItem": [right("dynamodb", "DeleteItem GetItem PutItem UpdateItem", TABLES)],
  "aws:cloudwatch/dashboard:Dashboard": [
    right("cloudwatch", "DeleteDashboards GetDashboard PutDashboard", [`dashboard/${NAMES}`]),
  ],
  "aws:cloudwatch/eventRule:EventRule": [right("events", `DeleteRule DescribeRule PutRule ${TAGS}`, RULES)],
  "aws:cloudwatch/eventTarget:EventTarget": [
    right("events", "ListTargetsByRule PutTargets RemoveTargets", RULES),
    passRole("events.amazonaws.com"),
  ],
  "aws:cloudwatch/logGroup:LogGroup": [
    right(
      "logs",
      `CreateLogGroup DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy ${TAGS}`,
      LOG_GROUPS,
    ),
    right("logs", "DescribeLogGroups", ANY),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    right("cloudwatch", `DeleteAlarms PutMetricAlarm ${TAGS}`, [`alarm:${NAMES}`]),
    // A list: IAM compares with all alarms.
    right("cloudwatch", "DescribeAlarms", ["alarm:*"]),
  ],
  "aws:dynamodb/table:Table": [
    right(
      "dynamodb",
      `
      CreateTable DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource
      TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive
    `,
      TABLES,
    ),
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html: DynamoDB copies items with the caller's rights.
    right(
      "dynamodb",
      `
      BatchWriteItem CreateTableReplica DeleteItem DeleteTableReplica GetItem PutItem Query Scan UpdateItem
    `,
      TABLES,
    ),
    serviceLinkedRole("replication.dynamodb.amazonaws.com"),
  ],
  "aws:iam/policy:Policy": [
    right(
      "iam",
      `
      CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListPolicyVersions
      TagPolicy UntagPolicy
    `,
      inIam("policy"),
    ),
  ],
  "aws:iam/role:Role": [
    right(
      "iam",
      `
      CreateRole DeleteRole DeleteRolePermissionsBoundary GetRole ListAttachedRolePolicies ListInstanceProfilesForRole
      ListRolePolicies PutRolePermissionsBoundary TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
      UpdateRoleDescription
    `,
      ROLES,
    ),
  ],
  "aws:iam/rolePolicy:RolePolicy": [right("iam", "DeleteRolePolicy GetRolePolicy PutRolePolicy", ROLES)],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [
    right(
      "lambda",
      `
      CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping
    `,
      // A mapping has a UUID for a name: its function shows whose it is.
      ANY,
      { ArnLike: { "lambda:FunctionArn": [`arn:*:lambda:*:*:function:${NAMES}`] } },
    ),
    right("lambda", "ListTags TagResource UntagResource", ["event-source-mapping:*"]),
  ],
  "aws:lambda/function:Function": [
    right(
      "lambda",
      `
      CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction GetFunctionCodeSigningConfig
      GetFunctionConfiguration ListTags ListVersionsByFunction PutFunctionConcurrency TagResource UntagResource
      UpdateFunctionCode UpdateFunctionConfiguration
    `,
      FUNCTIONS,
    ),
    passRole("lambda.amazonaws.com"),
  ],
  "aws:lambda/permission:Permission": [
    right("lambda", "AddPermission GetPolicy RemovePermission", FUNCTIONS),
  ],
  "aws:s3/bucket:Bucket": BUCKET,
  "aws:s3/bucketObjectv2:BucketObjectv2": [
    right(
      "s3",
      "DeleteObject DeleteObjectVersion GetObject GetObjectTagging PutObject PutObjectTagging",
      OBJECTS,
    ),
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
    right("s3", "GetBucketOwnershipControls PutBucketOwnershipControls", BUCKETS),
  ],
  "aws:s3/bucketPolicy:BucketPolicy": [BUCKET_POLICY],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    right("s3", "GetBucketPublicAccessBlock PutBucketPublicAccessBlock", BUCKETS),
  ],
  "aws:s3/bucketVersioning:BucketVersioning": [
    right("s3", "GetBucketVersioning PutBucketVersioning", BUCKETS),
  ],
  "aws:sns/topic:Topic": [
    right("sns", `CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes ${TAGS}`, [NAMES]),
  ],
  "aws:sns/topicSubscription:TopicSubscription": [
    right("sns", "Subscribe", [NAMES]),
    right("sns", "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe", ANY),
  ],
  "aws:sqs/queue:Queue": [
    right(
      "sqs",
      `
      CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue UntagQueue
    `,
      QUEUES,
    ),
  ],
  // With auditTrail: a trail, and a bucket with its policy.
  "awsx:cloudtrail:Trail": [
    right(
      "cloudtrail",
      `
      AddTags CreateTrail DeleteTrail GetEventSelectors GetTrailStatus ListTags RemoveTags StartLogging StopLogging
      UpdateTrail
    `,
      [`trail/${NAMES}`],
    ),
    right("cloudtrail", "DescribeTrails", ANY),
    ...BUCKET,
    BUCKET_POLICY,
  ],
};

/** What the program asks AWS for before it registers anything. */
export const LOOK_UPS: readonly Right[] = [
  right("ec2", "DescribeRegions", ANY),
  right("sts", "GetCallerIdentity", ANY),
  right("iam", "GetPolicy GetPolicyVersion", ["aws:policy/*"]),
  right("dynamodb", "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource", TABLES),
];
