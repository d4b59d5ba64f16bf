/** A customer who makes the role without our template, with IAM alone, as the API describes it. */
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { RoleDescription } from "../../functions/url-generator/role-description.js";
import type { Customer } from "./customer.js";

/** What `PUT /connections/{id}/role` takes. */
export interface MadeRole {
  readonly roleArn: string;
  readonly roleId: string;
}

/** @param changes what the customer does differently */
export async function makeRole(
  customer: Customer,
  role: RoleDescription,
  changes: Partial<RoleDescription> = {},
): Promise<MadeRole> {
  const { path, name, trustPolicy, permissionsPolicy, managedPolicies } = { ...role, ...changes };
  // IAM has no regions.
  const iam = customer.clients.iam("us-east-1");
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: JSON.stringify(trustPolicy),
    }),
  );
  if (permissionsPolicy) {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: "permissions",
        PolicyDocument: JSON.stringify(permissionsPolicy),
      }),
    );
  }
  for (const PolicyArn of managedPolicies) {
    await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }
  return { roleArn: Role?.Arn ?? "", roleId: Role?.RoleId ?? "" };
}
