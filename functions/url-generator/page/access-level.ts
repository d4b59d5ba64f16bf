/**
 * How far an action goes. Whatever is not known to be harmless counts as a change: a customer may be warned too often, but never too
 * rarely.
 */

export const ACCESS_LEVELS = ["view", "read", "change"] as const;

/** An action views settings and status, reads the customer's data, or changes something. */
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Actions whose names begin like this change nothing, in any of AWS's services. */
const READ_ONLY = /^(describe|get|list|batchget|batchdescribe|lookup|search|simulate|view|check|estimate)/i;

/** Actions that return the customer's own data or a secret. IAM compares action names without regard to case. */
const CONTENT_ACTIONS: Readonly<Record<string, string>> = {
  athena: "GetQueryResults",
  codecommit: "GetFile GetBlob GetFolder GitPull",
  dynamodb: "GetItem BatchGetItem Query Scan PartiQLSelect GetRecords",
  ebs: "GetSnapshotBlock",
  ec2: "GetConsoleOutput GetConsoleScreenshot GetPasswordData",
  ecr: "BatchGetImage GetDownloadUrlForLayer",
  glue: "GetConnection GetConnections",
  kinesis: "GetRecords",
  kms: "Decrypt",
  lambda: "GetFunction GetLayerVersion",
  logs: "GetLogEvents FilterLogEvents GetLogRecord GetQueryResults",
  rds: "DownloadDBLogFilePortion DownloadCompleteDBLogFile",
  "redshift-data": "GetStatementResult",
  s3: "GetObject GetObjectVersion GetObjectTorrent",
  secretsmanager: "GetSecretValue BatchGetSecretValue",
  sqs: "ReceiveMessage",
  ssm: "GetParameter GetParameters GetParametersByPath GetParameterHistory",
  sts: "GetFederationToken GetSessionToken",
};

/** @param service the prefix of an action, in lower case @param name the rest of it, which may be a pattern */
export function levelOf(service: string, name: string): AccessLevel {
  const actions = CONTENT_ACTIONS[service]?.split(" ") ?? [];
  const pattern = new RegExp(`^${name.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
  const isNamed = actions.some((action) => action.toLowerCase() === name.toLowerCase());
  // "Get*" covers GetObject, and so the files; "G*" may cover anything.
  if (isNamed || (READ_ONLY.test(name) && actions.some((action) => pattern.test(action)))) return "read";
  return READ_ONLY.test(name) ? "view" : "change";
}

/** AWS managed policies that vendors often ask for. */
const POLICIES: Readonly<Record<string, AccessLevel>> = {
  AWSBillingReadOnlyAccess: "view",
  AmazonEC2ReadOnlyAccess: "view",
  CloudWatchReadOnlyAccess: "read",
  ReadOnlyAccess: "read",
  SecurityAudit: "view",
  ViewOnlyAccess: "view",
};

/** @param name of an AWS managed policy. If it is not known, its name alone does not tell whether it stops at settings. */
export function levelOfPolicy(name: string): AccessLevel {
  return POLICIES[name] ?? (/ReadOnly/.test(name) ? "read" : "change");
}
