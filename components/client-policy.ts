import { Policy } from "@pulumi/aws/iam/policy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { clientPolicy } from "./iam/identity-policies.js";
import { policyDocument } from "./iam/policy-document.js";

/** What a {@link ClientPolicy} is made of. */
export interface ClientPolicyArgs
  extends Pick<
    Configuration,
    "accountId" | "customerRolePath" | "homeRegion" | "prefix" | "rolePath" | "servedRegions"
  > {
  /** Where connections are read. */
  table: ConnectionTable;
}

/** What a workload of the vendor needs to use connections with client/, and nothing else: for the vendor to attach to the workload's role. */
export class ClientPolicy extends pulumi.ComponentResource {
  /** The managed policy's ARN. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ClientPolicyArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:ClientPolicy", name, {}, options);

    const policy = new Policy(
      `${name}-policy`,
      {
        name: `${args.prefix}-client`,
        path: args.rolePath,
        description: "Lets a workload look up connections and assume the roles of connected customers.",
        policy: args.table.tableName.apply((tableName) =>
          policyDocument(clientPolicy({ ...args, tableName })),
        ),
      },
      { parent: this },
    );

    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
