/**
 * Describes what the customer's role grants to somebody who does not read IAM policies. Whatever is not known to be
 * harmless is described as a change: a customer may be warned too often, but never too rarely.
 */

import type { GrantStatement, TierGrants } from "../../domain/grants.js";

const ACCESS_LEVELS = ["view", "read", "change"] as const;

/** How far an action goes: it views settings and status, reads the customer's data, or changes something. */
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** What people call an access level. */
export const ACCESS_LEVEL_TITLES: Readonly<Record<AccessLevel, string>> = {
  view: "View settings and status",
  read: "Read your data",
  change: "Make changes",
};

/** Everything at one access level. */
export interface GrantGroup {
  readonly level: AccessLevel;
  readonly items: readonly GrantItem[];
}

/** One service, or one AWS managed policy. */
export interface GrantItem {
  /** For example "EC2". */
  readonly title: string;
  /** For example "servers, disks and networks", or "start instances, stop instances". */
  readonly detail: string;
}

/** @returns the groups that are not empty, from the lowest access level to the highest */
export function describeGrants({ actions, managedPolicies, statements }: TierGrants): GrantGroup[] {
  const parts = [
    describeActions(actions),
    ...statements.map(({ actions: limited, ...limits }) => describeActions(limited, limitOf(limits))),
  ];
  const policies = managedPolicies.map(describePolicy);
  return ACCESS_LEVELS.map((level) => ({
    level,
    items: [
      ...parts.flatMap((part) => part[level]),
      ...policies.filter((policy) => policy.level === level).map(({ title, detail }) => ({ title, detail })),
    ],
  })).filter(({ items }) => items.length > 0);
}

/** The same as lines of text, from the lowest access level to the highest. */
export function grantsInWords(grants: TierGrants): string[] {
  return describeGrants(grants).flatMap(({ items }) =>
    items.map(({ title, detail }) => `${title}: ${detail}`),
  );
}

/** What a statement is limited to, as the end of a sentence. */
function limitOf({ resources, condition }: Pick<GrantStatement, "resources" | "condition">): string {
  return `, only in ${resources.join(" and ")}${condition ? ", under a condition" : ""}`;
}

/** By access level, an item for each service. */
function describeActions(actions: readonly string[], limit = ""): Record<AccessLevel, GrantItem[]> {
  const byService = new Map<string, Record<AccessLevel, string[]>>();
  for (const action of actions) {
    const [service = "", name = ""] = action.split(":");
    const entry = byService.get(service.toLowerCase()) ?? { view: [], read: [], change: [] };
    byService.set(service.toLowerCase(), entry);
    entry[levelOf(service, name)].push(name);
  }
  const itemsOf = (level: AccessLevel) =>
    [...byService]
      .filter(([, names]) => names[level].length > 0)
      .map(([service, names]) => describeService(service, level, names[level]))
      .map(({ title, detail }) => ({ title, detail: `${detail}${limit}` }));
  return { view: itemsOf("view"), read: itemsOf("read"), change: itemsOf("change") };
}

/** Actions whose names begin like this change nothing, in any of AWS's services. */
const READ_ONLY = /^(describe|get|list|batchget|batchdescribe|lookup|search|simulate|view|check|estimate)/i;

/** Actions that return the customer's own data or a secret, and what that is. IAM compares action names without regard to case. */
const CONTENT: Readonly<Record<string, readonly [actions: string, content: string]>> = {
  athena: ["GetQueryResults", "results of your queries"],
  codecommit: ["GetFile GetBlob GetFolder GitPull", "your source code"],
  dynamodb: ["GetItem BatchGetItem Query Scan PartiQLSelect GetRecords", "the items in your tables"],
  ebs: ["GetSnapshotBlock", "the contents of disk snapshots"],
  ec2: [
    "GetConsoleOutput GetConsoleScreenshot GetPasswordData",
    "screenshots and encrypted administrator passwords of your servers",
  ],
  ecr: ["BatchGetImage GetDownloadUrlForLayer", "your container images"],
  glue: ["GetConnection GetConnections", "connections, including their passwords"],
  kinesis: ["GetRecords", "the records in your streams"],
  kms: ["Decrypt", "data that your keys protect"],
  lambda: ["GetFunction GetLayerVersion", "your functions' code"],
  logs: ["GetLogEvents FilterLogEvents GetLogRecord GetQueryResults", "the lines in your logs"],
  rds: ["DownloadDBLogFilePortion DownloadCompleteDBLogFile", "your databases' logs"],
  "redshift-data": ["GetStatementResult", "results of your queries"],
  s3: ["GetObject GetObjectVersion GetObjectTorrent", "the contents of your files"],
  secretsmanager: ["GetSecretValue BatchGetSecretValue", "your secrets"],
  sqs: ["ReceiveMessage", "the messages in your queues"],
  ssm: [
    "GetParameter GetParameters GetParametersByPath GetParameterHistory",
    "your parameters, including secret ones",
  ],
  sts: ["GetFederationToken GetSessionToken", "credentials for your account"],
};

function levelOf(service: string, name: string): AccessLevel {
  const [actions = ""] = CONTENT[service.toLowerCase()] ?? [];
  const pattern = new RegExp(`^${name.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  const isNamed = actions.split(" ").some((action) => action.toLowerCase() === name.toLowerCase());
  // "Get*" covers GetObject, and so the files; "G*" may cover anything.
  if (isNamed || (READ_ONLY.test(name) && actions.split(" ").some((action) => pattern.test(action))))
    return "read";
  return READ_ONLY.test(name) ? "view" : "change";
}

/** What people call a service, and what it holds. */
const SERVICES: Readonly<Record<string, readonly [title: string, contents: string]>> = {
  acm: ["Certificate Manager", "certificates"],
  apigateway: ["API Gateway", "APIs"],
  autoscaling: ["Auto Scaling", "server groups"],
  backup: ["Backup", "backups"],
  budgets: ["Budgets", "budgets"],
  ce: ["Cost Explorer", "costs"],
  cloudformation: ["CloudFormation", "stacks"],
  cloudfront: ["CloudFront", "distributions"],
  cloudtrail: ["CloudTrail", "who did what in your account"],
  cloudwatch: ["CloudWatch", "metrics and alarms"],
  config: ["Config", "the history of your resources"],
  cur: ["Cost and Usage Reports", "cost reports"],
  dynamodb: ["DynamoDB", "tables"],
  ec2: ["EC2", "servers, disks and networks"],
  ecr: ["ECR", "container images"],
  ecs: ["ECS", "containers"],
  eks: ["EKS", "Kubernetes clusters"],
  elasticache: ["ElastiCache", "caches"],
  elasticfilesystem: ["EFS", "file systems"],
  elasticloadbalancing: ["Elastic Load Balancing", "load balancers"],
  events: ["EventBridge", "event rules"],
  guardduty: ["GuardDuty", "security findings"],
  iam: ["IAM", "users, roles and their permissions"],
  inspector2: ["Inspector", "vulnerabilities"],
  kinesis: ["Kinesis", "data streams"],
  kms: ["KMS", "encryption keys"],
  lambda: ["Lambda", "functions"],
  logs: ["CloudWatch Logs", "logs"],
  organizations: ["Organizations", "the accounts of your organization"],
  rds: ["RDS", "databases"],
  redshift: ["Redshift", "data warehouses"],
  route53: ["Route 53", "domain names"],
  s3: ["S3", "buckets"],
  secretsmanager: ["Secrets Manager", "secrets"],
  securityhub: ["Security Hub", "security findings"],
  sns: ["SNS", "topics"],
  sqs: ["SQS", "queues"],
  ssm: ["Systems Manager", "parameters and managed servers"],
  states: ["Step Functions", "workflows"],
  sts: ["STS", "temporary credentials"],
  support: ["Support", "support cases"],
  tag: ["Tags", "resource tags"],
  wafv2: ["WAF", "firewall rules"],
};

/** Nobody reads more names than this in a row. */
const MAX_NAMES = 6;

function describeService(service: string, level: AccessLevel, names: readonly string[]): GrantItem {
  const [title = service.toUpperCase(), contents = "resources"] = SERVICES[service] ?? [];
  if (level === "read") return { title, detail: CONTENT[service]?.[1] ?? contents };
  // A pattern such as Describe* names nothing in particular.
  if (level === "view" && names.some((name) => name.replace(READ_ONLY, "") === "*"))
    return { title, detail: contents };
  const words = names.slice(0, MAX_NAMES).map(wordsOf).join(", ");
  return {
    title,
    detail: names.length > MAX_NAMES ? `${words} and ${names.length - MAX_NAMES} more` : words,
  };
}

/** "StartInstances" -> "start instances", "Delete*" -> "delete …". */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[*?]+/g, " … ")
    .replace(/\s+/g, " ")
    .replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())
    .trim();
}

/** AWS managed policies that vendors often ask for. */
const POLICIES: Readonly<Record<string, readonly [level: AccessLevel, detail: string]>> = {
  AWSBillingReadOnlyAccess: ["view", "bills and costs"],
  AmazonEC2ReadOnlyAccess: ["view", "settings and status of servers, disks and networks"],
  CloudWatchReadOnlyAccess: ["read", "metrics, alarms and the lines in your logs"],
  ReadOnlyAccess: [
    "read",
    "everything in your account: settings, and the contents of files, tables and queues",
  ],
  SecurityAudit: ["view", "security settings of nearly every service"],
  ViewOnlyAccess: ["view", "names and status of resources in nearly every service"],
};

function describePolicy(policy: string): GrantItem & { readonly level: AccessLevel } {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  const known = POLICIES[name];
  if (known) return { level: known[0], title: name, detail: `${known[1]}; AWS maintains this policy` };
  // Its name alone does not tell whether it stops at settings.
  return /ReadOnly/.test(name)
    ? { level: "read", title: name, detail: "everything that this AWS managed policy allows, data included" }
    : { level: "change", title: name, detail: "everything that this AWS managed policy allows" };
}
