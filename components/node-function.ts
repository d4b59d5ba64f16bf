import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";
import { arn } from "./iam/arn.js";
import { type PolicyStatement, policyDocument } from "./iam/policy-document.js";

/** The variables that a function expects, as its environment.ts declares them, with values known later allowed. */
export type FunctionEnvironment<Environment> = { [Name in keyof Environment]: pulumi.Input<string> };

/** What a {@link NodeFunction} is made of. */
export interface NodeFunctionArgs {
  configuration: Configuration;
  /** Where it runs. */
  region: string;
  /** Its name in AWS, the same for as long as it lives. */
  functionName: string;
  /** Its role's name in AWS: IAM has no regions, so a function in many needs many. */
  roleName: string;
  /** One sentence for whoever finds it in the console. */
  description: string;
  /** What to run: an archive with index.js, which exports `handler`. */
  code: pulumi.asset.Archive;
  /** Its variables: type them as {@link FunctionEnvironment} of the function's own interface. */
  environment: Record<string, pulumi.Input<string>>;
  /** What it may do, besides writing its own log. */
  statements: PolicyStatement[];
  /** Seconds. */
  timeoutSeconds: number;
  /** The ARN of the queue for events that it failed to handle. @default no queue */
  deadLetterQueue?: pulumi.Input<string>;
}

/** A Lambda function on Node, with a role and a log group of its own. */
export class NodeFunction extends pulumi.ComponentResource {
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: NodeFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:NodeFunction", name, {}, options);

    const logGroup = createLogGroup(this, name, args);
    const role = createRole(this, name, args);
    const policy = createPolicy(this, name, args, role);
    const lambdaFunction = createFunction(this, name, args, role, [logGroup, policy]);

    this.arn = lambdaFunction.arn;
    this.functionName = lambdaFunction.name;
    this.registerOutputs({ arn: this.arn, functionName: this.functionName });
  }
}

function logGroupName({ functionName }: NodeFunctionArgs): string {
  return `/aws/lambda/${functionName}`;
}

function createLogGroup(parent: NodeFunction, name: string, args: NodeFunctionArgs): LogGroup {
  return new LogGroup(
    `${name}-log`,
    {
      region: args.region,
      name: logGroupName(args),
      retentionInDays: args.configuration.logRetentionDays,
      tags: args.configuration.tags,
    },
    { parent },
  );
}

function createRole(parent: NodeFunction, name: string, args: NodeFunctionArgs): Role {
  const { configuration } = args;
  return new Role(
    `${name}-role`,
    {
      name: args.roleName,
      path: configuration.rolePath,
      description: args.description,
      assumeRolePolicy: policyDocument([
        {
          Sid: "Lambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: ["sts:AssumeRole"],
        },
      ]),
      tags: configuration.tags,
      ...(configuration.permissionsBoundary !== undefined && {
        permissionsBoundary: configuration.permissionsBoundary,
      }),
    },
    { parent },
  );
}

function createPolicy(parent: NodeFunction, name: string, args: NodeFunctionArgs, role: Role): RolePolicy {
  const ownLog: PolicyStatement = {
    Sid: "OwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [arn("logs", args.region, args.configuration.accountId, `log-group:${logGroupName(args)}:*`)],
  };
  return new RolePolicy(
    `${name}-policy`,
    { role: role.name, name: args.functionName, policy: policyDocument([...args.statements, ownLog]) },
    { parent },
  );
}

function createFunction(
  parent: NodeFunction,
  name: string,
  args: NodeFunctionArgs,
  role: Role,
  dependsOn: pulumi.Resource[],
): LambdaFunction {
  return new LambdaFunction(
    `${name}-function`,
    {
      region: args.region,
      name: args.functionName,
      description: args.description,
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: args.code,
      // Lambda's processor share grows with its memory: with 128 MB the start takes longer than the saving is worth.
      memorySize: 256,
      timeout: args.timeoutSeconds,
      // The namespace of its metrics: two stacks of one account have one each.
      environment: {
        variables: { ...args.environment, POWERTOOLS_METRICS_NAMESPACE: args.configuration.prefix },
      },
      tags: args.configuration.tags,
      ...(args.deadLetterQueue !== undefined && { deadLetterConfig: { targetArn: args.deadLetterQueue } }),
    },
    // Lambda refuses a dead-letter queue that the role may not send to yet, and would make a log group that nothing ever expires.
    { parent, dependsOn },
  );
}
