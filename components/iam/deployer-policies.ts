/** The policies of whoever runs `pulumi up`: docs/deployer-policy.json, which write-deployer-policies.ts writes. */
import { partitionOf } from "../../functions/aws/partitions.js";
import { LOOK_UPS, RIGHTS } from "./deployer-rights.js";
import type { PolicyStatement } from "./policy-document.js";
import type { Right } from "./right.js";

/** A managed policy has 6,144 characters, white space aside; some are left for additions of the reader's own. */
const MAX_CHARACTERS = 5500;

/** ARNs of these have no region, or no account. */
const WITHOUT_REGION = ["iam", "s3"];
const WITHOUT_ACCOUNT = ["apigateway", "s3"];

type Statement = Omit<PolicyStatement, "Sid">;

interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: Statement[];
}

/** docs/deployer-policy.json: for all types of resources, with every option. */
export function deployerPoliciesFile(): string {
  const policies = deployerPolicies(Object.keys(RIGHTS), partitionOf("us-east-1").partition);
  return `${JSON.stringify(policies, null, 2)}\n`;
}

/**
 * @param types Pulumi's type tokens
 * @param partition of the ARNs
 * @returns by name, documents of which each fits into one managed policy
 * @throws Error for a type that RIGHTS lacks
 */
export function deployerPolicies(
  types: readonly string[],
  partition: string,
): Record<string, PolicyDocument> {
  const documents: Statement[][] = [[]];
  for (const statement of statements([...types.flatMap(rightsFor), ...LOOK_UPS], partition)) {
    const last = documents.at(-1) ?? [];
    if (characters([...last, statement]) > MAX_CHARACTERS) documents.push([statement]);
    else last.push(statement);
  }
  return Object.fromEntries(
    documents.map((Statement, index) => [
      `onboarding-deployer-${index + 1}`,
      { Version: "2012-10-17", Statement },
    ]),
  );
}

function rightsFor(type: string): readonly Right[] {
  const rights = RIGHTS[type];
  if (!rights) {
    throw new Error(
      `components/iam/deployer-rights.ts does not say what a deployer needs for the resource type ${type}: add it, and run npm run deployer-policy.`,
    );
  }
  return rights;
}

/** Sorted by service. What is allowed on the same resources under the same condition is one statement. */
function statements(rights: Right[], partition: string): Statement[] {
  const groups = new Map<string, Right[]>();
  for (const one of rights) {
    const key = JSON.stringify([one.service, one.on, one.condition]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => toStatement(group, partition));
}

function toStatement(group: Right[], partition: string): Statement {
  const { service, on, condition } = group[0] as Right;
  const names = new Set(group.flatMap(({ actions }) => actions));
  return {
    Effect: "Allow",
    Action: [...names].sort().map((name) => `${service}:${name}`),
    Resource: on.map((resource) => (resource === "*" ? "*" : arnOf(service, partition, resource))),
    ...(condition && { Condition: condition }),
  };
}

function arnOf(service: string, partition: string, resource: string): string {
  const region = WITHOUT_REGION.includes(service) || resource.startsWith("dashboard/") ? "" : "*";
  if (resource.startsWith("aws:")) return `arn:${partition}:${service}:${region}:${resource}`;
  const account = WITHOUT_ACCOUNT.includes(service) ? "" : "*";
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function characters(document: Statement[]): number {
  return JSON.stringify({ Version: "2012-10-17", Statement: document }).length;
}
