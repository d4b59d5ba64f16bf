import { Policy } from "@pulumi/aws/iam/policy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { roleArn } from "./iam/arn.js";
import { policyDocument } from "./iam/policy-document.js";

/** What a {@link ClientPolicy} is made of. */
export interface ClientPolicyArgs {
  configuration: Configuration;
  /** Where connections are read. */
  table: ConnectionTable;
}

/** The indexes that client/ looks connections up in. */
const INDEXES: ("byAccount" | "byRegion" | "byTenant")[] = ["byAccount", "byRegion", "byTenant"];

/** What a workload of the vendor needs to use connections with client/, and nothing else: for the vendor to attach to the workload's role. */
export class ClientPolicy extends pulumi.ComponentResource {
  /** The managed policy's ARN. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ClientPolicyArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:ClientPolicy", name, {}, options);

    this.arn = createPolicy(this, name, args).arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function createPolicy(
  parent: ClientPolicy,
  name: string,
  { configuration, table }: ClientPolicyArgs,
): Policy {
  const regions = [...new Set([configuration.homeRegion, ...configuration.servedRegions])];
  return new Policy(
    `${name}-policy`,
    {
      name: `${configuration.prefix}-client`,
      path: configuration.rolePath,
      description: "Finds connections and assumes the roles of connected customers.",
      policy: policyDocument([
        {
          Sid: "ReadConnections",
          Effect: "Allow",
          Action: ["dynamodb:GetItem"],
          Resource: regions.map((region) => table.arnIn(region)),
        },
        {
          Sid: "FindConnections",
          Effect: "Allow",
          Action: ["dynamodb:Query"],
          Resource: regions.flatMap((region) => table.indexArnsIn(region, INDEXES)),
        },
        {
          Sid: "CustomerRoles",
          Effect: "Allow",
          Action: ["sts:AssumeRole"],
          Resource: [roleArn(configuration.homeRegion, "*", `${configuration.customerRolePath}*`)],
        },
      ]),
      tags: configuration.tags,
    },
    { parent },
  );
}
