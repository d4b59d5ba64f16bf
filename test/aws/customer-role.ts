import {
  CreateRoleCommand,
  DeleteRoleCommand,
  type IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { CreatedRole } from "./dependencies.js";

/**
 * Creates a role in the customer's account that allows nothing.
 *
 * @param vendor the account that it trusts with the external ID
 */
export async function createRole(
  iam: IAMClient,
  vendor: string,
  name: string,
  first: string,
): Promise<CreatedRole> {
  const trusting = (externalId: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: vendor },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": externalId } },
        },
      ],
    });
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trusting(first) }),
  );
  return {
    arn: Role?.Arn ?? "",
    id: Role?.RoleId ?? "",
    trust: async (externalId) => {
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: trusting(externalId) }),
      );
    },
    delete: async () => void (await iam.send(new DeleteRoleCommand({ RoleName: name }))),
  };
}
