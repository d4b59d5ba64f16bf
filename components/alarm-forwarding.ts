import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "./config/configuration.js";
import { arn } from "./iam/arn.js";
import { policyDocument } from "./iam/policy-document.js";

/** What {@link AlarmForwarding} is made of. */
export interface AlarmForwardingArgs {
  configuration: Configuration;
  /** By region, the ARNs of its alarms. */
  alarmArns: Record<string, pulumi.Output<string>[]>;
}

/**
 * Tells one topic in the home region whenever an alarm of any region changes. An alarm's own actions must be in its
 * region, so that EventBridge carries the news: each region's rule sends it to the home region's bus, and a rule
 * there to the topic.
 */
export class AlarmForwarding extends pulumi.ComponentResource {
  /** The topic that hears of all alarms. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmForwardingArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:AlarmForwarding", name, {}, options);

    const role = createRole(this, name, args);
    for (const region of Object.keys(args.alarmArns)) {
      if (region !== args.configuration.homeRegion) forward(this, `${name}-${region}`, args, region, role);
    }
    const arrived = createHomeRule(this, name, args);
    const topicArn = args.configuration.alarmTopicArn ?? createTopic(this, name, args, arrived).arn;
    notify(this, name, args, arrived, topicArn);

    this.topicArn = pulumi.output(topicArn);
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function homeBusArn({ homeRegion, accountId }: Configuration): string {
  return arn("events", homeRegion, accountId, "event-bus/default");
}

/** Changes of these alarms and no others: another stack of the account has its own. */
function changesOf(alarmArns: pulumi.Output<string>[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    resources: alarmArns,
  });
}

/** What EventBridge sends with from one region's bus to another's; IAM has no regions, so that one is enough. */
function createRole(parent: AlarmForwarding, name: string, { configuration }: AlarmForwardingArgs): Role {
  const role = new Role(
    `${name}-role`,
    {
      name: `${configuration.prefix}-alarm-forwarding`,
      path: configuration.rolePath,
      description: "Sends the changes of alarms to the home region.",
      assumeRolePolicy: policyDocument([
        {
          Sid: "EventBridge",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "aws:SourceAccount": [configuration.accountId] } },
        },
      ]),
      tags: configuration.tags,
      ...(configuration.permissionsBoundary !== undefined && {
        permissionsBoundary: configuration.permissionsBoundary,
      }),
    },
    { parent },
  );
  new RolePolicy(
    `${name}-role-policy`,
    {
      role: role.name,
      name: `${configuration.prefix}-alarm-forwarding`,
      policy: policyDocument([
        {
          Sid: "HomeBus",
          Effect: "Allow",
          Action: ["events:PutEvents"],
          Resource: [homeBusArn(configuration)],
        },
      ]),
    },
    { parent },
  );
  return role;
}

function forward(
  parent: AlarmForwarding,
  name: string,
  { configuration, alarmArns }: AlarmForwardingArgs,
  region: string,
  role: Role,
): EventTarget {
  const rule = new EventRule(
    `${name}-rule`,
    {
      region,
      name: `${configuration.prefix}-alarms`,
      description: "Sends the changes of this region's alarms to the home region.",
      eventPattern: changesOf(alarmArns[region] ?? []),
      tags: configuration.tags,
    },
    { parent },
  );
  return new EventTarget(
    `${name}-target`,
    { region, rule: rule.name, targetId: "home", arn: homeBusArn(configuration), roleArn: role.arn },
    { parent },
  );
}

function createHomeRule(
  parent: AlarmForwarding,
  name: string,
  { configuration, alarmArns }: AlarmForwardingArgs,
): EventRule {
  // Alarms have the same names in every region; only the regions differ, more of which would not fit into a pattern (2 KB).
  const names = pulumi
    .all(Object.values(alarmArns).flat())
    .apply((arns) => [...new Set(arns.map((alarm) => alarm.split(":").at(-1) ?? ""))].sort());
  return new EventRule(
    `${name}-home-rule`,
    {
      region: configuration.homeRegion,
      name: `${configuration.prefix}-all-alarms`,
      description: "Tells of the changes of all regions' alarms.",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        detail: { alarmName: names },
      }),
      tags: configuration.tags,
    },
    { parent },
  );
}

/** No customer ever publishes to this topic, so that its policy is the program's. */
function createTopic(
  parent: AlarmForwarding,
  name: string,
  { configuration }: AlarmForwardingArgs,
  rule: EventRule,
): Topic {
  const { homeRegion, accountId, prefix } = configuration;
  const topicName = `${prefix}-alarms`;
  const topic = new Topic(
    `${name}-topic`,
    {
      region: homeRegion,
      name: topicName,
      policy: policyDocument([
        {
          Sid: "EventBridge",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: ["sns:Publish"],
          Resource: [arn("sns", homeRegion, accountId, topicName)],
          Condition: { ArnEquals: { "aws:SourceArn": [rule.arn] } },
        },
      ]),
      tags: configuration.tags,
    },
    { parent },
  );
  if (configuration.alarmEmail !== undefined) {
    new TopicSubscription(
      `${name}-email`,
      { region: homeRegion, topic: topic.arn, protocol: "email", endpoint: configuration.alarmEmail },
      { parent },
    );
  }
  return topic;
}

function notify(
  parent: AlarmForwarding,
  name: string,
  { configuration }: AlarmForwardingArgs,
  rule: EventRule,
  topicArn: pulumi.Input<string>,
): EventTarget {
  return new EventTarget(
    `${name}-home-target`,
    {
      region: configuration.homeRegion,
      rule: rule.name,
      targetId: "topic",
      arn: topicArn,
      // A sentence instead of the event: most of it is read in a mail.
      inputTransformer: {
        inputPaths: {
          alarm: "$.detail.alarmName",
          region: "$.region",
          state: "$.detail.state.value",
          reason: "$.detail.state.reason",
          description: "$.detail.configuration.description",
        },
        inputTemplate: '"<alarm> in <region> is <state>. <description> (<reason>)"',
      },
    },
    { parent },
  );
}
