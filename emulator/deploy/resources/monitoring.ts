import { PutDashboardCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import type { Inputs, ResourceContext, ResourceType } from "./types.js";

async function putAlarm(inputs: Inputs, { cloud }: ResourceContext) {
  await cloud.vendor.cloudWatch(inputs.region).send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: Object.entries(inputs.dimensions).map(([Name, Value]) => ({ Name, Value: String(Value) })),
      Statistic: inputs.statistic,
      Period: inputs.period,
      EvaluationPeriods: inputs.evaluationPeriods,
      ComparisonOperator: inputs.comparisonOperator,
      Threshold: inputs.threshold,
      TreatMissingData: inputs.treatMissingData,
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

export const monitoringTypes: Readonly<Record<string, ResourceType>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    create: putAlarm,
    update: (inputs, _existing, context) => putAlarm(inputs, context),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    create: putDashboard,
    update: (inputs, _existing, context) => putDashboard(inputs, context),
  },
};
