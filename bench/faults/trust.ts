/** Trust policies other than the template's, and how a customer mends one. */
import { ListRolesCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Customer, Template } from "../../emulator/customer/customer.js";

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

/** A role that nobody can assume, but for that as the template has it. */
export const trustingNobody = trusting((statement) => ({ ...statement, Effect: "Deny" }));

/** Waits for the customer's role to be there, and after a time lets it trust whom the template trusts. */
export async function mendTrust(customer: Customer, seconds: number): Promise<void> {
  const iam = customer.clients.iam("us-east-1");
  for (;;) {
    const { Roles: [role] = [] } = await iam.send(new ListRolesCommand({ PathPrefix: "/onboarding/" }));
    if (role) {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const policy = decodeURIComponent(role.AssumeRolePolicyDocument ?? "");
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: role.RoleName,
          PolicyDocument: policy.replace('"Deny"', '"Allow"'),
        }),
      );
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
