import { Dashboard as CloudWatchDashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_QUEUES, queueNameOf } from "../functions/domain/names.js";
import { FAILURES, METRIC as RECEIVER_METRIC, RECEIVER_SERVICE } from "../functions/receiver/metrics.js";
import { METRIC as PERMISSIONS_METRIC, TOPIC_POLICIES_SERVICE } from "../functions/topic-policies/metrics.js";
import { METRIC as LINK_METRIC, URL_GENERATOR_SERVICE } from "../functions/url-generator/metrics.js";
import type { Configuration } from "./config/configuration.js";

/** What a {@link Dashboard} is made of. */
export interface DashboardArgs {
  configuration: Configuration;
}

/** One line of a graph. */
interface Line {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  /** Where the metric is. */
  region: string;
  label: string;
}

/** One graph. */
interface Graph {
  title: string;
  statistic: string;
  lines: Line[];
}

/** One dashboard in the home region, over all regions. */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, { configuration }: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Dashboard", name, {}, options);

    new CloudWatchDashboard(
      `${name}-dashboard`,
      {
        region: configuration.homeRegion,
        dashboardName: configuration.prefix,
        dashboardBody: JSON.stringify({
          widgets: graphs(configuration).map((graph, index) => widget(configuration, graph, index)),
        }),
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}

function graphs(configuration: Configuration): Graph[] {
  const { homeRegion, prefix, servedRegions } = configuration;
  const each = (line: (region: string) => Omit<Line, "region" | "label">) =>
    servedRegions.map((region) => ({ ...line(region), region, label: region }));
  const receiver = (metric: string) =>
    each(() => ({ namespace: prefix, metric, dimensions: { service: RECEIVER_SERVICE } }));
  return [
    {
      title: "Links made",
      statistic: "Sum",
      // The URL generator counts at home, by the region that the customer chose.
      lines: servedRegions.map((region) => ({
        namespace: prefix,
        metric: LINK_METRIC.links,
        dimensions: { service: URL_GENERATOR_SERVICE, region },
        region: homeRegion,
        label: region,
      })),
    },
    { title: "Connected", statistic: "SampleCount", lines: receiver(RECEIVER_METRIC.connectSeconds) },
    {
      title: "Failed, by reason",
      statistic: "Sum",
      lines: Object.values(FAILURES).flatMap((reason) =>
        servedRegions.map((region) => ({
          namespace: prefix,
          metric: RECEIVER_METRIC.failures,
          dimensions: { reason, service: RECEIVER_SERVICE },
          region,
          label: `${reason}, ${region}`,
        })),
      ),
    },
    {
      title: "From link to connected (s, median)",
      statistic: "p50",
      lines: receiver(RECEIVER_METRIC.connectSeconds),
    },
    { title: "Answers (s, p90)", statistic: "p90", lines: receiver(RECEIVER_METRIC.responseSeconds) },
    {
      title: "Room left (connections)",
      statistic: "Minimum",
      lines: each(() => ({
        namespace: prefix,
        metric: PERMISSIONS_METRIC.freeCapacity,
        dimensions: { service: TOPIC_POLICIES_SERVICE },
      })),
    },
    {
      title: "Dead letters",
      statistic: "Maximum",
      lines: DEAD_LETTER_QUEUES.flatMap((queue) =>
        servedRegions.map((region) => ({
          namespace: "AWS/SQS",
          metric: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: queueNameOf(prefix, queue) },
          region,
          label: `${queue}, ${region}`,
        })),
      ),
    },
  ];
}

/** Two graphs beside each other; the grid of a dashboard has 24 columns. */
function widget({ homeRegion }: Configuration, { title, statistic, lines }: Graph, index: number) {
  return {
    type: "metric",
    x: (index % 2) * 12,
    y: Math.floor(index / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      view: "timeSeries",
      stat: statistic,
      period: 300,
      region: homeRegion,
      metrics: lines.map(({ namespace, metric, dimensions, region, label }) => [
        namespace,
        metric,
        ...Object.entries(dimensions).flat(),
        { region, label },
      ]),
    },
  };
}
