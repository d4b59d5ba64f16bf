/** Trust policies other than the template's, and how a customer mends one. */
import { ListRolesCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { type Customer, readQuickCreateLink, type Template } from "../customer.js";

/** A statement of a trust policy. */
type Statement = Readonly<Record<string, unknown>>;

/** Changes the one statement of the role's trust policy before the stack is made. */
export const trusting =
  (change: (statement: Statement) => Statement) =>
  (template: Template): Template => {
    const { Role, ...others } = template.Resources;
    const policy = Role?.Properties?.AssumeRolePolicyDocument as
      | { readonly Statement: readonly [Statement] }
      | undefined;
    if (!Role || !policy) throw new Error("The template has no resource Role with a trust policy.");
    const Properties = {
      ...Role.Properties,
      AssumeRolePolicyDocument: { ...policy, Statement: policy.Statement.map(change) },
    };
    return { ...template, Resources: { ...others, Role: { ...Role, Properties } } };
  };

/** A role that nobody can assume. */
export const trustingNobody = trusting((statement) => ({ ...statement, Effect: "Deny" }));

/** Waits for the customer's role to be there, and after a time gives it the trust policy of the template. */
export async function mendTrust(customer: Customer, link: string, seconds: number): Promise<void> {
  const iam = customer.clients.iam("us-east-1");
  const { ExternalId, TrustedAccount } = readQuickCreateLink(link).parameters;
  for (;;) {
    const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix: "/onboarding/" }));
    const RoleName = Roles[0]?.RoleName;
    if (RoleName === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${TrustedAccount}:root` },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": ExternalId } },
        },
      ],
    });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    return;
  }
}
