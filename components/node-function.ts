import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import type { TelemetryEnvironment } from "../functions/runtime/telemetry.js";
import type { Parent } from "./aws/parent.js";
import type { Configuration } from "./config/configuration.js";
import { ownLog } from "./iam/identity-policies.js";
import { type PolicyStatement, policyDocument } from "./iam/policy-document.js";
import { lambdaTrust } from "./iam/resource-policies.js";

/** The variables that a function expects, as its environment.ts declares them, with values known later allowed. */
export type FunctionEnvironment<Environment> = { [Name in keyof Environment]: pulumi.Input<string> };

/** What all functions of a deployment have in common. */
export type FunctionDefaults = Pick<
  Configuration,
  "accountId" | "logRetentionDays" | "permissionsBoundary" | "prefix" | "rolePath"
>;

/** What a {@link NodeFunction} is made of. */
export interface NodeFunctionArgs extends FunctionDefaults {
  /** Where it runs. */
  region: string;
  /** Its name in AWS, the same for as long as it lives. */
  functionName: string;
  /** Its role's name in AWS: IAM has no regions, so a function in many needs many. */
  roleName: string;
  /** One sentence for whoever finds function or role in the console. */
  description: string;
  /** What to run: an archive with index.js, which exports `handler`. */
  code: pulumi.Input<pulumi.asset.Archive>;
  /** Its variables: type them as {@link FunctionEnvironment} of the function's own interface. */
  environment: Record<string, pulumi.Input<string>>;
  /** What it may do, besides writing its own log. */
  statements: pulumi.Input<PolicyStatement[]>;
  /** Seconds. */
  timeoutSeconds: number;
  /** How many executions are kept for it, which are also the most that it may have at a time. @default 0: none, and no limit of its own */
  reservedConcurrency?: number;
  /** The ARN of the queue for events that it failed to handle. @default no queue */
  deadLetterQueue?: pulumi.Input<string>;
}

/** A Lambda function on Node, with a role and a log group of its own. */
export class NodeFunction {
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: NodeFunctionArgs, { parent }: Parent) {
    const { region, functionName, description, reservedConcurrency = 0 } = args;
    const logGroup = createLogGroup();
    const role = createRole();
    const policy = createPolicy();
    const lambdaFunction = createFunction();

    this.arn = lambdaFunction.arn;
    this.functionName = lambdaFunction.name;

    function createLogGroup() {
      return new LogGroup(
        `${name}-log`,
        { region, name: `/aws/lambda/${functionName}`, retentionInDays: args.logRetentionDays },
        { parent },
      );
    }

    function createRole() {
      return new Role(
        `${name}-role`,
        {
          name: args.roleName,
          path: args.rolePath,
          description,
          assumeRolePolicy: policyDocument(lambdaTrust()),
          permissionsBoundary: args.permissionsBoundary,
        },
        { parent },
      );
    }

    function createPolicy() {
      const log = ownLog(region, args.accountId, functionName);
      return new RolePolicy(
        `${name}-policy`,
        {
          role: role.name,
          name: functionName,
          policy: pulumi.output(args.statements).apply((statements) => policyDocument([...statements, log])),
        },
        { parent },
      );
    }

    function createFunction() {
      const telemetry: FunctionEnvironment<TelemetryEnvironment> = { METRICS_NAMESPACE: args.prefix };
      return new LambdaFunction(
        `${name}-function`,
        {
          region,
          name: functionName,
          description,
          role: role.arn,
          runtime: "nodejs24.x",
          architectures: ["arm64"],
          handler: "index.handler",
          code: args.code,
          // Lambda's processor share grows with its memory: with 128 MB the start takes longer than the saving is worth.
          memorySize: 256,
          timeout: args.timeoutSeconds,
          environment: { variables: { ...args.environment, ...telemetry } },
          // To Lambda, 0 means that the function may not run at all.
          ...(reservedConcurrency > 0 && { reservedConcurrentExecutions: reservedConcurrency }),
          ...(args.deadLetterQueue !== undefined && {
            deadLetterConfig: { targetArn: args.deadLetterQueue },
          }),
        },
        // Lambda refuses a dead-letter queue that the role may not send to yet, and would create a log group that never expires.
        { parent, dependsOn: [logGroup, policy] },
      );
    }
  }
}
