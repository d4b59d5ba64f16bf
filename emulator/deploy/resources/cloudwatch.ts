import {
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { type Inputs, put, type ResourceTypes, tagList } from "./resource-type.js";

export const cloudwatch: ResourceTypes = {
  "aws:cloudwatch/dashboard:Dashboard": put(async (inputs, cloud) => {
    await cloud.vendor
      .cloudWatch(inputs.region)
      .send(
        new PutDashboardCommand({ DashboardName: inputs.dashboardName, DashboardBody: inputs.dashboardBody }),
      );
    return { id: inputs.dashboardName };
  }),
  "aws:cloudwatch/eventRule:EventRule": put(async (inputs, cloud) => {
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
  }),
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: async (inputs, cloud) => {
      const { inputTransformer } = inputs;
      await cloud.vendor.events(inputs.region).send(
        new PutTargetsCommand({
          Rule: inputs.rule,
          Targets: [
            {
              Id: inputs.targetId,
              Arn: inputs.arn,
              RoleArn: inputs.roleArn,
              InputTransformer: inputTransformer && {
                InputPathsMap: inputTransformer.inputPaths,
                InputTemplate: inputTransformer.inputTemplate,
              },
            },
          ],
        }),
      );
      return { id: `${inputs.rule}-${inputs.targetId}` };
    },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    create: async (inputs, cloud) => {
      const logs = cloud.vendor.logs(inputs.region);
      await logs.send(new CreateLogGroupCommand({ logGroupName: inputs.name, tags: inputs.tags }));
      await logs.send(
        new PutRetentionPolicyCommand({
          logGroupName: inputs.name,
          retentionInDays: inputs.retentionInDays,
        }),
      );
      const arn = `arn:aws:logs:${inputs.region}:${cloud.vendor.accountId}:log-group:${inputs.name}`;
      return { id: inputs.name, state: { arn } };
    },
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": put(async (inputs, cloud) => {
    await cloud.vendor.cloudWatch(inputs.region).send(
      new PutMetricAlarmCommand({
        AlarmName: inputs.name,
        AlarmDescription: inputs.alarmDescription,
        ...metricOf(inputs),
        EvaluationPeriods: inputs.evaluationPeriods,
        ComparisonOperator: inputs.comparisonOperator,
        Threshold: inputs.threshold,
        TreatMissingData: inputs.treatMissingData,
      }),
    );
    const arn = `arn:aws:cloudwatch:${inputs.region}:${cloud.vendor.accountId}:alarm:${inputs.name}`;
    return { id: inputs.name, state: { arn } };
  }),
};

/** What an alarm looks at: one metric, or an expression over several. */
function metricOf(inputs: Inputs): Partial<PutMetricAlarmCommandInput> {
  if (!inputs.metricQueries) {
    return {
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: dimensionsOf(inputs),
      Statistic: inputs.statistic,
      Period: inputs.period,
    };
  }
  return {
    Metrics: inputs.metricQueries.map(({ id, expression, label, returnData = false, metric }: Inputs) => ({
      Id: id,
      Expression: expression,
      Label: label,
      ReturnData: returnData,
      MetricStat: metric && {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.metricName,
          Dimensions: dimensionsOf(metric),
        },
        Stat: metric.stat,
        Period: metric.period,
      },
    })),
  };
}

function dimensionsOf({ dimensions }: Inputs) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value: String(Value) }));
}
