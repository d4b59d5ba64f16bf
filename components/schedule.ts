import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import type { Parent } from "./aws/parent.js";
import type { NodeFunction } from "./node-function.js";

/** What a {@link Schedule} is made of. */
export interface ScheduleArgs {
  /** Where schedule and function are. */
  region: string;
  /** The rule's name in AWS, the same for as long as it lives. */
  ruleName: string;
  /** One sentence for whoever finds the rule in the console. */
  description: string;
  /** How often the function runs. @example "rate(5 minutes)" */
  expression: string;
  /** What runs. */
  function: NodeFunction;
}

/** Runs a function again and again. */
export class Schedule {
  constructor(name: string, args: ScheduleArgs, { parent }: Parent) {
    const { region } = args;
    const rule = createRule();
    const mayInvoke = allowToInvoke();
    runFunction();

    function createRule() {
      return new EventRule(
        `${name}-rule`,
        {
          region,
          name: args.ruleName,
          description: args.description,
          scheduleExpression: args.expression,
        },
        { parent },
      );
    }

    function allowToInvoke() {
      return new Permission(
        `${name}-permission`,
        {
          region,
          statementId: "schedule",
          action: "lambda:InvokeFunction",
          function: args.function.functionName,
          principal: "events.amazonaws.com",
          sourceArn: rule.arn,
        },
        { parent },
      );
    }

    function runFunction() {
      return new EventTarget(
        `${name}-target`,
        { region, rule: rule.name, targetId: "function", arn: args.function.arn },
        { parent, dependsOn: [mayInvoke] },
      );
    }
  }
}
