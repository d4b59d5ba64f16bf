import { PutDashboardCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
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

async function putAlarm(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor.cloudWatch(inputs.region).send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: Object.entries(inputs.dimensions ?? {}).map(([Name, Value]) => ({
        Name,
        Value: String(Value),
      })),
      Statistic: inputs.statistic,
      ExtendedStatistic: inputs.extendedStatistic,
      Period: inputs.period,
      EvaluationPeriods: inputs.evaluationPeriods,
      DatapointsToAlarm: inputs.datapointsToAlarm,
      Threshold: inputs.threshold,
      ComparisonOperator: inputs.comparisonOperator,
      TreatMissingData: inputs.treatMissingData,
      Tags: tagList(inputs.tags),
    }),
  );
  const arn = `arn:aws:cloudwatch:${inputs.region}:${cloud.vendor.accountId}:alarm:${inputs.name}`;
  return { id: inputs.name, state: { arn } };
}

async function putDashboard(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor
    .cloudWatch(inputs.region)
    .send(
      new PutDashboardCommand({ DashboardName: inputs.dashboardName, DashboardBody: inputs.dashboardBody }),
    );
  return { id: inputs.dashboardName };
}

export const watchingTypes: Readonly<Record<string, ResourceType>> = {
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
          Targets: [{ Id: inputs.targetId, Arn: inputs.arn, RoleArn: inputs.roleArn }],
        }),
      );
      return { id: `${inputs.rule}-${inputs.targetId}` };
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    create: putAlarm,
    update: (inputs, _existing, context) => putAlarm(inputs, context),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    create: putDashboard,
    update: (inputs, _existing, context) => putDashboard(inputs, context),
  },
};
