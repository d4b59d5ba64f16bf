import { Dashboard as CloudWatchDashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import { DEAD_LETTER_QUEUES, type DeadLetterQueueName, queueNameOf } from "../functions/domain/names.js";
import { FAILURES, METRIC as RECEIVER_METRIC, RECEIVER_SERVICE } from "../functions/receiver/metrics.js";
import {
  TOPIC_POLICIES_SERVICE,
  METRIC as TOPIC_POLICY_METRIC,
} from "../functions/topic-policies/metrics.js";
import { METRIC as LINK_METRIC, URL_GENERATOR_SERVICE } from "../functions/url-generator/metrics.js";
import type { Configuration } from "./config/configuration.js";

/** What a {@link Dashboard} is made of. */
export type DashboardArgs = Pick<Configuration, "homeRegion" | "prefix" | "servedRegions">;

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
  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Dashboard", name, {}, options);

    const widgets = graphs(args).map((graph, index) => widget(args.homeRegion, graph, index));
    new CloudWatchDashboard(
      `${name}-dashboard`,
      {
        region: args.homeRegion,
        dashboardName: args.prefix,
        dashboardBody: JSON.stringify({ widgets }),
      },
      { parent: this },
    );

    this.registerOutputs({});
  }
}

function graphs({ homeRegion, prefix, servedRegions }: DashboardArgs): Graph[] {
  return [
    { title: "Links made", statistic: "Sum", lines: links() },
    { title: "Connected", statistic: "SampleCount", lines: ofReceivers(RECEIVER_METRIC.connectSeconds) },
    {
      title: "Failed, by reason",
      statistic: "Sum",
      lines: Object.values(FAILURES).flatMap((reason) => ofReceivers(RECEIVER_METRIC.failures, reason)),
    },
    {
      title: "From link to connected (s, median)",
      statistic: "p50",
      lines: ofReceivers(RECEIVER_METRIC.connectSeconds),
    },
    { title: "Responses (s, p90)", statistic: "p90", lines: ofReceivers(RECEIVER_METRIC.responseSeconds) },
    { title: "Free capacity (connections)", statistic: "Minimum", lines: freeCapacity() },
    { title: "Dead-letter queues", statistic: "Maximum", lines: DEAD_LETTER_QUEUES.flatMap(messagesIn) },
  ];

  /** The URL generator counts at home, by the region that the customer chose. */
  function links(): Line[] {
    return servedRegions.map((region) => ({
      namespace: prefix,
      metric: LINK_METRIC.links,
      dimensions: { service: URL_GENERATOR_SERVICE, region },
      region: homeRegion,
      label: region,
    }));
  }

  function ofReceivers(metric: string, reason?: string): Line[] {
    const dimensions = { ...(reason && { reason }), service: RECEIVER_SERVICE };
    return inEachRegion({ namespace: prefix, metric, dimensions }, reason);
  }

  function freeCapacity(): Line[] {
    return inEachRegion({
      namespace: prefix,
      metric: TOPIC_POLICY_METRIC.freeCapacity,
      dimensions: { service: TOPIC_POLICIES_SERVICE },
    });
  }

  function messagesIn(queue: DeadLetterQueueName): Line[] {
    const metric = "ApproximateNumberOfMessagesVisible";
    const dimensions = { QueueName: queueNameOf(prefix, queue) };
    return inEachRegion({ namespace: "AWS/SQS", metric, dimensions }, queue);
  }

  function inEachRegion(line: Omit<Line, "label" | "region">, what?: string): Line[] {
    return servedRegions.map((region) => ({ ...line, region, label: what ? `${what}, ${region}` : region }));
  }
}

/** Two graphs beside each other; the grid of a dashboard has 24 columns. */
function widget(homeRegion: string, { title, statistic, lines }: Graph, index: number) {
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
