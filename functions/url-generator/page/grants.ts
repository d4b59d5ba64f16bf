/**
 * What the customer's role grants, in the words of somebody who does not read IAM policies. Whatever is not known to
 * be harmless is described as a change: a customer may be warned too often, and never too seldom.
 */

/** How far a permission reaches: into settings and state, into the customer's data, or to changes. */
export type Reach = "see" | "read" | "change";

/** Everything that reaches equally far. */
export interface GrantGroup {
  readonly reach: Reach;
  readonly items: readonly GrantItem[];
}

/** One service, or one policy that AWS manages. */
export interface GrantItem {
  /** For example "Amazon EC2". */
  readonly title: string;
  /** What of it: "everything about servers and networks", "start instances, stop instances". */
  readonly detail: string;
}

/** What the role grants: the names of actions, and of policies that AWS manages. */
export interface DescribedGrants {
  readonly actions: readonly string[];
  readonly managedPolicies: readonly string[];
}

const REACHES = ["see", "read", "change"] as const;

/** @returns the groups that have something in them, the farthest reaching last */
export function describeGrants({ actions, managedPolicies }: DescribedGrants): GrantGroup[] {
  const byService = new Map<string, { see: string[]; read: string[]; change: string[] }>();
  for (const action of actions) {
    const [service = "", name = ""] = action.split(":");
    const entry = byService.get(service.toLowerCase()) ?? { see: [], read: [], change: [] };
    byService.set(service.toLowerCase(), entry);
    entry[reachOf(service, name)].push(name);
  }
  const policies = managedPolicies.map(describePolicy);
  return REACHES.map((reach) => ({
    reach,
    items: [
      ...[...byService]
        .filter(([, names]) => names[reach].length > 0)
        .map(([service, names]) => describeService(service, reach, names[reach])),
      ...policies.filter((policy) => policy.reach === reach).map(({ title, detail }) => ({ title, detail })),
    ],
  })).filter(({ items }) => items.length > 0);
}

/** Actions that begin like this change nothing: AWS names them so in every service. */
const LOOKING = /^(describe|get|list|batchget|batchdescribe|lookup|search|simulate|view|check|estimate)/i;

/** Actions whose answer is the customer's own data, or a secret, with what that is. IAM compares without case. */
const CONTENT: Readonly<Record<string, readonly [actions: string, content: string]>> = {
  athena: ["GetQueryResults", "results of your queries"],
  codecommit: ["GetFile GetBlob GetFolder GitPull", "your source code"],
  dynamodb: ["GetItem BatchGetItem Query Scan PartiQLSelect GetRecords", "the items in your tables"],
  ebs: ["GetSnapshotBlock", "the contents of your disks' snapshots"],
  ec2: [
    "GetConsoleOutput GetConsoleScreenshot GetPasswordData",
    "screens and administrator passwords (encrypted) of your servers",
  ],
  ecr: ["BatchGetImage GetDownloadUrlForLayer", "your container images"],
  glue: ["GetConnection GetConnections", "connections with their passwords"],
  kinesis: ["GetRecords", "the records in your streams"],
  kms: ["Decrypt", "what your keys protect"],
  lambda: ["GetFunction GetLayerVersion", "the code of your functions"],
  logs: ["GetLogEvents FilterLogEvents GetLogRecord GetQueryResults", "the lines in your logs"],
  rds: ["DownloadDBLogFilePortion DownloadCompleteDBLogFile", "your databases' logs"],
  "redshift-data": ["GetStatementResult", "results of your queries"],
  s3: ["GetObject GetObjectVersion GetObjectTorrent", "the contents of your files"],
  secretsmanager: ["GetSecretValue BatchGetSecretValue", "your secrets"],
  sqs: ["ReceiveMessage", "the messages in your queues"],
  ssm: [
    "GetParameter GetParameters GetParametersByPath GetParameterHistory",
    "your parameters, secret ones too",
  ],
  sts: ["GetFederationToken GetSessionToken", "credentials for your account"],
};

function reachOf(service: string, name: string): Reach {
  const [actions = ""] = CONTENT[service.toLowerCase()] ?? [];
  const pattern = new RegExp(`^${name.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  const isNamed = actions.split(" ").some((action) => action.toLowerCase() === name.toLowerCase());
  // "Get*" covers GetObject, and so the files; "G*" may cover anything.
  if (isNamed || (LOOKING.test(name) && actions.split(" ").some((action) => pattern.test(action))))
    return "read";
  return LOOKING.test(name) ? "see" : "change";
}

/** What people call a service, and what is in it. */
const SERVICES: Readonly<Record<string, readonly [title: string, contents: string]>> = {
  acm: ["Certificate Manager", "certificates"],
  apigateway: ["API Gateway", "APIs"],
  autoscaling: ["Auto Scaling", "groups of servers"],
  backup: ["Backup", "backups"],
  budgets: ["Budgets", "budgets"],
  ce: ["Cost Explorer", "costs"],
  cloudformation: ["CloudFormation", "stacks"],
  cloudfront: ["CloudFront", "distributions"],
  cloudtrail: ["CloudTrail", "who did what in the account"],
  cloudwatch: ["CloudWatch", "metrics and alarms"],
  config: ["Config", "the history of your resources"],
  cur: ["Cost and Usage Reports", "reports of costs"],
  dynamodb: ["DynamoDB", "tables"],
  ec2: ["EC2", "servers, disks and networks"],
  ecr: ["ECR", "container images"],
  ecs: ["ECS", "containers"],
  eks: ["EKS", "Kubernetes clusters"],
  elasticache: ["ElastiCache", "caches"],
  elasticfilesystem: ["EFS", "file systems"],
  elasticloadbalancing: ["Elastic Load Balancing", "load balancers"],
  events: ["EventBridge", "rules for events"],
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
  tag: ["Tags", "tags of your resources"],
  wafv2: ["WAF", "firewall rules"],
};

/** More than so many names in a row, and nobody reads them. */
const MAX_NAMES = 6;

function describeService(service: string, reach: Reach, names: readonly string[]): GrantItem {
  const [title = service.toUpperCase(), contents = "resources"] = SERVICES[service] ?? [];
  if (reach === "read") return { title, detail: CONTENT[service]?.[1] ?? contents };
  // A pattern such as Describe* names nothing in particular.
  if (reach === "see" && names.some((name) => name.replace(LOOKING, "") === "*"))
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

/** Policies of AWS that many vendors ask for. */
const POLICIES: Readonly<Record<string, readonly [reach: Reach, detail: string]>> = {
  AWSBillingReadOnlyAccess: ["see", "bills and costs"],
  AmazonEC2ReadOnlyAccess: ["see", "settings and state: servers, disks and networks"],
  CloudWatchReadOnlyAccess: ["read", "metrics, alarms and the lines in your logs"],
  ReadOnlyAccess: [
    "read",
    "everything in the account: settings, and the contents of files, tables and queues",
  ],
  SecurityAudit: ["see", "settings of nearly every service, as far as they matter for security"],
  ViewOnlyAccess: ["see", "names and states of resources in nearly every service"],
};

function describePolicy(policy: string): GrantItem & { readonly reach: Reach } {
  const name = policy.slice(policy.lastIndexOf("/") + 1);
  const known = POLICIES[name];
  if (known) return { reach: known[0], title: name, detail: `${known[1]}. AWS maintains the list` };
  // It may well read only; only AWS's text of it can tell.
  return /ReadOnly/.test(name)
    ? { reach: "read", title: name, detail: "what AWS lists in this policy, contents too" }
    : { reach: "change", title: name, detail: "everything that AWS lists in this policy" };
}
