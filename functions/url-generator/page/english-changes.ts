/**
 * Actions that change something, in English words: as the AWS console says them, where the action's name says it otherwise. In other
 * languages they are called by their names, as the console itself does.
 */

const PHRASES: Readonly<Record<string, string>> = {
  "autoscaling:SetDesiredCapacity": "set the desired capacity of Auto Scaling groups",
  "athena:StartQueryExecution": "run queries",
  "athena:StopQueryExecution": "cancel queries",
  "budgets:ModifyBudget": "create and edit budgets",
  "cloudformation:CreateStack": "create stacks",
  "cloudwatch:PutDashboard": "create and edit dashboards",
  "cloudwatch:PutMetricAlarm": "create and edit alarms",
  "cloudwatch:PutMetricData": "publish metrics",
  "config:PutConfigRule": "add and edit rules",
  "config:PutConfigurationRecorder": "set up recording",
  "dynamodb:BatchWriteItem": "create and delete items",
  "dynamodb:DeleteItem": "delete items",
  "dynamodb:PutItem": "create and replace items",
  "dynamodb:UpdateItem": "edit items",
  "ec2:AssociateAddress": "associate Elastic IP addresses",
  "ec2:AuthorizeSecurityGroupEgress": "add outbound rules to security groups",
  "ec2:AuthorizeSecurityGroupIngress": "add inbound rules to security groups",
  "ec2:CreateImage": "create images (AMIs)",
  "ec2:CreateTags": "add tags",
  "ec2:DeleteTags": "remove tags",
  "ec2:DeregisterImage": "deregister images (AMIs)",
  "ec2:ModifyInstanceAttribute": "change instance settings",
  "ec2:RebootInstances": "reboot instances",
  "ec2:RevokeSecurityGroupEgress": "remove outbound rules from security groups",
  "ec2:RevokeSecurityGroupIngress": "remove inbound rules from security groups",
  "ec2:RunInstances": "launch instances",
  "ec2:TerminateInstances": "terminate (delete) instances",
  "eks:AccessKubernetesApi": "use the Kubernetes API of clusters",
  "events:PutEvents": "send events",
  "events:PutRule": "create and edit rules",
  "events:PutTargets": "add targets to rules",
  "events:RemoveTargets": "remove targets from rules",
  "iam:AddUserToGroup": "add users to groups",
  "iam:AttachRolePolicy": "attach policies to roles",
  "iam:AttachUserPolicy": "attach policies to users",
  "iam:CreateServiceLinkedRole": "create service-linked roles",
  "iam:DetachRolePolicy": "remove policies from roles",
  "iam:PassRole": "pass roles to AWS services",
  "iam:PutRolePolicy": "create and edit inline policies of roles",
  "iam:UpdateAssumeRolePolicy": "edit who may assume roles",
  "kinesis:PutRecord": "write records to streams",
  "kinesis:PutRecords": "write records to streams",
  "firehose:PutRecord": "write records to streams",
  "firehose:PutRecordBatch": "write records to streams",
  "kms:CreateGrant": "let others use keys",
  "kms:Encrypt": "encrypt data",
  "kms:GenerateDataKey": "generate data keys",
  "kms:ScheduleKeyDeletion": "schedule the deletion of keys",
  "lambda:AddPermission": "edit who may invoke functions",
  "lambda:InvokeFunction": "invoke functions",
  "lambda:UpdateFunctionCode": "deploy function code",
  "lambda:UpdateFunctionConfiguration": "edit function settings",
  "logs:PutLogEvents": "write log events",
  "logs:PutRetentionPolicy": "edit how long logs are kept",
  "logs:PutSubscriptionFilter": "create and edit subscription filters",
  "logs:StartQuery": "run queries on your logs",
  "route53:ChangeResourceRecordSets": "create, edit and delete DNS records",
  "s3:AbortMultipartUpload": "cancel multipart uploads",
  "s3:DeleteObject": "delete objects",
  "s3:PutBucketNotification": "edit event notifications of buckets",
  "s3:PutBucketPolicy": "edit bucket policies",
  "s3:PutBucketPublicAccessBlock": "edit Block Public Access",
  "s3:PutEncryptionConfiguration": "edit default encryption of buckets",
  "s3:PutLifecycleConfiguration": "edit lifecycle rules of buckets",
  "s3:PutObject": "upload objects",
  "s3:PutObjectAcl": "edit who may use objects",
  "secretsmanager:PutSecretValue": "edit the values of secrets",
  "securityhub:BatchImportFindings": "add findings",
  "securityhub:BatchUpdateFindings": "edit findings",
  "servicequotas:RequestServiceQuotaIncrease": "request quota increases",
  "sns:Publish": "publish messages",
  "sns:Subscribe": "create subscriptions",
  "sns:Unsubscribe": "delete subscriptions",
  "sqs:PurgeQueue": "purge queues",
  "sqs:SendMessage": "send messages",
  "ssm:PutParameter": "create and edit parameters",
  "ssm:SendCommand": "run commands on managed nodes",
  "ssm:StartAutomationExecution": "run automations",
  "ssm:StartSession": "start sessions on managed nodes",
  "sts:AssumeRole": "assume other roles",
  "sts:TagSession": "tag sessions",
  "support:AddCommunicationToCase": "reply to support cases",
  "support:CreateCase": "create support cases",
  "support:ResolveCase": "resolve support cases",
  "tag:TagResources": "add tags to resources",
  "tag:UntagResources": "remove tags from resources",
};

/** By the action in lower case: IAM compares action names without regard to case. */
const BY_ACTION = new Map(
  Object.entries(PHRASES).map(([action, phrase]) => [action.toLowerCase(), phrase] as const),
);

/** Verbs of action names that people do not say. */
const VERBS: Readonly<Record<string, string>> = {
  Put: "create and edit",
  Modify: "edit",
  Update: "edit",
  Set: "edit",
  Change: "edit",
  Switchover: "switch over",
  Untag: "remove tags from",
  Tag: "add tags to",
};

/** What begins an action's name, and says nothing of what it does. */
const PREFIXES = /^(Batch|Admin)(?=[A-Z])/;

/** Words that action names do not always write as people do. */
const SPELLED = new Map(
  "ACL AMI API AWS BYOIP CIDR CNAME DB DNS EBS EC2 FPGA HTTP IAM IP IPAM JSON KMS LDAP MFA NAT OIDC SAML SDK SSH SSL TLS UI URL VPC VPN"
    .split(" ")
    .flatMap((word) => [
      [word.toLowerCase(), word],
      [`${word.toLowerCase()}s`, `${word}s`],
    ]),
);
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bauto scaling\b/, "Auto Scaling"],
  [/\bopen search\b/, "OpenSearch"],
  [/\bcloud formation\b/, "CloudFormation"],
  [/\bgraphql\b/, "GraphQL"],
  [/\blambda\b/, "Lambda"],
  [/\bkubernetes\b/, "Kubernetes"],
];

/** @param name without a pattern @example englishPhrase("rds", "CreateDBSnapshot") // create DB snapshots */
export function englishPhrase(service: string, name: string): string {
  const known = BY_ACTION.get(`${service}:${name}`.toLowerCase());
  if (known !== undefined) return known;
  const [verb = "", ...words] = name
    .replace(PREFIXES, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(" ");
  if (words.length === 0) return verb.toLowerCase();
  const nouns = words.map(
    (word) => SPELLED.get(word.toLowerCase()) ?? (isCapitals(word) ? word : word.toLowerCase()),
  );
  const object = NAMES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), nouns.join(" "));
  // What is done is done to many; where to, from or by what, may be one.
  const [, direct = object, rest = ""] =
    /^(.+?)( (?:from|to|in|on|for|with|by|of|at|using) .+)?$/.exec(object) ?? [];
  return `${VERBS[verb] ?? verb.toLowerCase()} ${plural(direct)}${rest}`;
}

function isCapitals(word: string): boolean {
  return /^[A-Z0-9]{2,}s?$/.test(word);
}

/** "delete snapshot" would be about one. */
function plural(nouns: string): string {
  if (/([^s]s|data|metadata|access|logging|encryption|info)$/.test(nouns)) return nouns;
  if (/[^aeiou]y$/.test(nouns)) return `${nouns.slice(0, -1)}ies`;
  return /(ch|sh|x|ss)$/.test(nouns) ? `${nouns}es` : `${nouns}s`;
}
