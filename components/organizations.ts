import * as pulumi from "@pulumi/pulumi";
import { organizationsNameOf } from "../functions/domain/names.js";
import type { OrganizationsVariables } from "../functions/organizations/environment.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { organizationsPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { Schedule } from "./schedule.js";

/** What {@link Organizations} are made of. */
export interface OrganizationsArgs
  extends FunctionDefaults,
    Pick<Configuration, "customerRolePath" | "listingMinutes" | "maxMembers"> {
  /** The region whose organizations it lists, and in which all of it lives. */
  region: string;
  /** Where the region's organizations and their members are. */
  table: ConnectionTable;
  /** The lister's bundle. */
  code: pulumi.asset.Archive;
}

/** Ten thousand accounts are five hundred pages, five a second, and as many records to write; functions/organizations/lister.ts goes by it. */
const TIMEOUT_SECONDS = 300;

/** What lists the accounts of one region's organizations, and keeps their members. */
export class Organizations extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: OrganizationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Organizations", name, {}, options);

    const parent = this;
    const { region, prefix, table, customerRolePath } = args;
    const lister = createFunction();
    lookEachMinute();

    this.functionName = lister.functionName;
    this.registerOutputs({ functionName: this.functionName });

    function createFunction() {
      const environment: FunctionEnvironment<OrganizationsVariables> = {
        TABLE_NAME: table.tableName,
        CUSTOMER_ROLE_PATH: customerRolePath,
        MAX_MEMBERS: String(args.maxMembers),
        LISTING_MINUTES: String(args.listingMinutes),
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          functionName: organizationsNameOf(prefix),
          // The organizations' template names the pattern <prefix>-organizations-*.
          roleName: `${organizationsNameOf(prefix)}-${region}`,
          description: `Lists the accounts of the organizations in ${region} and keeps their members.`,
          environment,
          statements: table.tableName.apply((tableName) => organizationsPolicy({ ...args, tableName })),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        { parent },
      );
    }

    /** What is due is in the table: a run without work is one query. */
    function lookEachMinute() {
      return new Schedule(
        `${name}-schedule`,
        {
          region,
          ruleName: organizationsNameOf(prefix),
          description: "Runs the lister, which lists the accounts of the organizations that are due.",
          expression: "rate(1 minute)",
          function: lister,
        },
        { parent },
      );
    }
  }
}
