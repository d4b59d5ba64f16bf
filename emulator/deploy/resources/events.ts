import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { type Inputs, type ResourceContext, type ResourceType, tagList } from "./types.js";

async function putRule(inputs: Inputs, { cloud }: ResourceContext) {
  const { RuleArn } = await cloud.vendor.events(inputs.region).send(
    new PutRuleCommand({
      Name: inputs.name,
      Description: inputs.description,
      ScheduleExpression: inputs.scheduleExpression,
      EventPattern: inputs.eventPattern,
      Tags: tagList(inputs.tags),
    }),
  );
  return { id: inputs.name, state: { arn: RuleArn } };
}

export const eventTypes: Readonly<Record<string, ResourceType>> = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    create: async (inputs, { cloud }) => {
      const { UUID } = await cloud.vendor.lambda(inputs.region).send(
        new CreateEventSourceMappingCommand({
          EventSourceArn: inputs.eventSourceArn,
          FunctionName: inputs.functionName,
          StartingPosition: inputs.startingPosition,
          BatchSize: inputs.batchSize,
          MaximumRetryAttempts: inputs.maximumRetryAttempts,
          FilterCriteria: {
            Filters: inputs.filterCriteria?.filters.map(({ pattern }: Inputs) => ({ Pattern: pattern })),
          },
        }),
      );
      return { id: UUID ?? "", state: { uuid: UUID } };
    },
  },
  "aws:cloudwatch/eventRule:EventRule": {
    create: putRule,
    update: (inputs, _existing, context) => putRule(inputs, context),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.events(inputs.region).send(
        new PutTargetsCommand({
          Rule: inputs.rule,
          Targets: [
            {
              Id: inputs.targetId,
              Arn: inputs.arn,
              RoleArn: inputs.roleArn,
              InputTransformer: inputs.inputTransformer && {
                InputPathsMap: inputs.inputTransformer.inputPaths,
                InputTemplate: inputs.inputTransformer.inputTemplate,
              },
            },
          ],
        }),
      );
      return { id: `${inputs.rule}-${inputs.targetId}` };
    },
  },
};
