/** Trust policies that differ from the template's, and how a customer repairs one. */
import { setTimeout as sleep } from "node:timers/promises";
import { ListRolesCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Customer, TemplateChange } from "../../emulator/customer/customer.js";

/** A statement of a trust policy. */
type Statement = Readonly<Record<string, unknown>>;

/** Changes the one statement in the trust policy of the template's role. */
export function withTrust(change: (statement: Statement) => Statement): TemplateChange {
  return (template) => {
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
}

/** A role that nobody can assume, and otherwise as the template has it. */
export const trustingNobody = withTrust((statement) => ({ ...statement, Effect: "Deny" }));

/** Waits until a role that trusts nobody exists and, some seconds later, lets it trust whom the template trusts. */
export async function repairTrust(customer: Customer, seconds: number): Promise<void> {
  const iam = customer.clients.iam("us-east-1");
  for (;;) {
    const { Roles: [role] = [] } = await iam.send(new ListRolesCommand({ PathPrefix: "/onboarding/" }));
    if (role) {
      await sleep(seconds * 1000);
      const policy = decodeURIComponent(role.AssumeRolePolicyDocument ?? "");
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: role.RoleName,
          PolicyDocument: policy.replace('"Deny"', '"Allow"'),
        }),
      );
      return;
    }
    await sleep(20);
  }
}
