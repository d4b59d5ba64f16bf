import * as pulumi from "@pulumi/pulumi";
import { healthNameOf } from "../functions/domain/names.js";
import { type TemplatesByTier, versionsOf } from "../functions/domain/templates.js";
import type { HealthVariables } from "../functions/health/environment.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { healthPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { Schedule } from "./schedule.js";

/** What a {@link Health} is made of. */
export interface HealthArgs
  extends FunctionDefaults,
    Pick<Configuration, "customerRolePath" | "endUnreachableAfterDays" | "organizationRegions"> {
  /** The region whose connections it probes, and in which all of it lives. */
  region: string;
  /** Where the region's connections are. */
  table: ConnectionTable;
  /** By tier, the templates that links lead to. */
  templates: pulumi.Input<TemplatesByTier>;
  /** The health check's bundle. */
  code: pulumi.asset.Archive;
}

/** Where organizations can connect, somebody watches how thousands of roles appear; each is looked for after a minute for the first time. */
const EVERY_MINUTES = { withOrganizations: 1, without: 5 };

/** How much shorter a run is than the time between two of them, so that they hardly ever meet. What is left over is the next run's. */
const REST_SECONDS = 5;

/** The health check of one region: probes its connections again, so that the vendor learns of a broken one before its customer does. */
export class Health extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: HealthArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Health", name, {}, options);

    const parent = this;
    const { region, prefix, table } = args;
    const hasOrganizations = args.organizationRegions.includes(region);
    const everyMinutes = EVERY_MINUTES[hasOrganizations ? "withOrganizations" : "without"];
    const health = createFunction();
    runOnSchedule();

    this.functionName = health.functionName;
    this.registerOutputs({ functionName: this.functionName });

    function createFunction() {
      const environment: FunctionEnvironment<HealthVariables> = {
        TABLE_NAME: table.tableName,
        CUSTOMER_ROLE_PATH: args.customerRolePath,
        END_UNREACHABLE_AFTER_DAYS: String(args.endUnreachableAfterDays),
        TEMPLATE_VERSIONS: pulumi.jsonStringify(pulumi.output(args.templates).apply(versionsOf)),
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          functionName: healthNameOf(prefix),
          // The template names the pattern <prefix>-health-* where only certain principals are trusted.
          roleName: `${healthNameOf(prefix)}-${region}`,
          description: `Probes the roles of the connections in ${region} and records their status.`,
          environment,
          statements: table.tableName.apply((tableName) => healthPolicy({ ...args, tableName })),
          timeoutSeconds: everyMinutes * 60 - REST_SECONDS,
        },
        { parent },
      );
    }

    function runOnSchedule() {
      return new Schedule(
        `${name}-schedule`,
        {
          region,
          ruleName: healthNameOf(prefix),
          description: "Runs the health check, which probes the connections that are due.",
          expression: everyMinutes === 1 ? "rate(1 minute)" : `rate(${everyMinutes} minutes)`,
          function: health,
        },
        { parent },
      );
    }
  }
}
