/** What a role of the customer's own has to look like: the same as the template's, filled in for one connection. */
import { partitionOf } from "../aws/partitions.js";
import type { Connection } from "../domain/connection.js";
import { type Grants, grantsOfTier, policyStatements } from "../domain/grants.js";
import { resourceName } from "./link.js";
import type { ConnectionRepresentation } from "./schemas.js";

export type RoleDescription = NonNullable<ConnectionRepresentation["role"]>;

/** What all roles of a deployment have in common. */
export interface RoleManifest {
  readonly grants: Grants;
  /** The template's trust policy, with what CloudFormation fills in left open. */
  readonly trustPolicy: object;
  /** The path of customers' roles, with a slash at both ends. */
  readonly customerRolePath: string;
  /** The vendor's account. */
  readonly trustedAccount: string;
}

/** IAM's limit, in characters. */
const MAX_ROLE_NAME = 64;

export function describeRole(connection: Connection, manifest: RoleManifest): RoleDescription {
  const { accountId, region, externalId, tier, permissionsBoundary } = connection;
  const { partition } = partitionOf(region);
  const grants = grantsOfTier(manifest.grants, tier ?? "");
  const values = {
    TrustedAccount: manifest.trustedAccount,
    ExternalId: externalId,
    "AWS::AccountId": accountId,
    "AWS::Partition": partition,
    "AWS::Region": region,
  };
  const Statement = policyStatements(grants);
  return {
    path: manifest.customerRolePath,
    name: resourceName(connection, MAX_ROLE_NAME),
    trustPolicy: filledIn(manifest.trustPolicy, values),
    ...(Statement.length > 0 && {
      permissionsPolicy: filledIn({ Version: "2012-10-17", Statement }, values),
    }),
    managedPolicies: grants.managedPolicies.map((name) => `arn:${partition}:iam::aws:policy/${name}`),
    ...(permissionsBoundary !== undefined && {
      permissionsBoundary: permissionsBoundary.startsWith("arn:")
        ? permissionsBoundary
        : `arn:${partition}:iam::${accountId}:policy/${permissionsBoundary}`,
    }),
  };
}

/** With values in place of CloudFormation's functions and variables. IAM's own variables, such as ${aws:username}, are left to IAM. */
function filledIn(document: object, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const fill = (text: string) =>
    text.replace(/\$\{([\w:]+)\}/g, (variable, name: string) => values[name] ?? variable);
  return JSON.parse(JSON.stringify(document), (_, part) => {
    if (typeof part === "string") return fill(part);
    if (typeof part?.Ref === "string") return values[part.Ref];
    return part?.["Fn::Sub"] ?? part;
  });
}
