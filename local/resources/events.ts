import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { ResourceType } from "./types.js";

export const eventTypes: Readonly<Record<string, ResourceType>> = {
  "aws:cloudwatch/eventRule:EventRule": {
    create: async (inputs, { cloud }) => {
      const { RuleArn } = await cloud.vendor.eventBridge(inputs.region).send(
        new PutRuleCommand({
          Name: inputs.name,
          Description: inputs.description,
          ScheduleExpression: inputs.scheduleExpression,
          EventPattern: inputs.eventPattern,
        }),
      );
      return { id: inputs.name, state: { arn: RuleArn } };
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: async (inputs, { cloud }) => {
      const { FailedEntries } = await cloud.vendor.eventBridge(inputs.region).send(
        new PutTargetsCommand({
          Rule: inputs.rule,
          Targets: [{ Id: inputs.targetId, Arn: inputs.arn, RoleArn: inputs.roleArn, Input: inputs.input }],
        }),
      );
      const [failed] = FailedEntries ?? [];
      if (failed) throw new Error(`EventBridge refused the target: ${failed.ErrorMessage}`);
      return { id: `${inputs.rule}-${inputs.targetId}` };
    },
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    create: async (inputs, { cloud }) => {
      const { UUID } = await cloud.vendor.lambda(inputs.region).send(
        new CreateEventSourceMappingCommand({
          EventSourceArn: inputs.eventSourceArn,
          FunctionName: inputs.functionName,
          StartingPosition: inputs.startingPosition,
          BatchSize: inputs.batchSize,
          MaximumRetryAttempts: inputs.maximumRetryAttempts,
          FunctionResponseTypes: inputs.functionResponseTypes,
          FilterCriteria: inputs.filterCriteria && {
            Filters: inputs.filterCriteria.filters.map(({ pattern }: { pattern: string }) => ({
              Pattern: pattern,
            })),
          },
        }),
      );
      return { id: UUID ?? "" };
    },
  },
};
