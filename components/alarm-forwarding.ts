import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { forwardsEvents } from "./aws/event-forwarding.js";
import type { Configuration } from "./config/configuration.js";
import { arn } from "./iam/arn.js";
import { alarmForwardingPolicy } from "./iam/identity-policies.js";
import { policyDocument } from "./iam/policy-document.js";
import { alarmTopicPolicy, eventBridgeTrust } from "./iam/resource-policies.js";

/** What {@link AlarmForwarding} is made of. */
export interface AlarmForwardingArgs
  extends Pick<
    Configuration,
    | "accountId"
    | "alarmEmail"
    | "alarmTopicArn"
    | "homeRegion"
    | "permissionsBoundary"
    | "prefix"
    | "rolePath"
  > {
  /** By region, the ARNs of its alarms. */
  alarmArns: Record<string, pulumi.Output<string>[]>;
}

/**
 * The changes of alarms that are told: into ALARM, and out of it. A new alarm begins with INSUFFICIENT_DATA and then becomes OK, which is
 * a change of state like any other ("Alarm states" in the CloudWatch user guide), and nobody's business.
 */
const STATE_CHANGE = { source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] };
const INTO_OR_OUT_OF_ALARM = {
  $or: [{ state: { value: ["ALARM"] } }, { previousState: { value: ["ALARM"] } }],
};

/**
 * Tells a topic in the home region whenever an alarm of any region changes. An alarm's own actions must be in its
 * region, so EventBridge forwards its state changes: each region's rule sends them to the home region's bus, and a rule
 * there to the topic. In partitions whose EventBridge does not forward, each region has a topic of its own.
 */
export class AlarmForwarding extends pulumi.ComponentResource {
  /** The ARN of the home region's topic. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmForwardingArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:AlarmForwarding", name, {}, options);

    const parent = this;
    const { homeRegion, accountId, prefix, alarmArns } = args;
    const homeBusArn = arn("events", homeRegion, accountId, "event-bus/default");
    const otherRegions = Object.keys(alarmArns).filter((region) => region !== homeRegion);
    const forwards = forwardsEvents(homeRegion);
    const topicArn = args.alarmTopicArn ?? createTopic(homeRegion, name).arn;
    if (forwards) forwardFrom(otherRegions);
    tellTopic(homeRegion, `${name}-home`, createHomeRule(), topicArn);
    if (!forwards) for (const region of otherRegions) tellIn(region, `${name}-${region}`);

    this.topicArn = pulumi.output(topicArn);
    this.registerOutputs({ topicArn: this.topicArn });

    function forwardFrom(regions: string[]) {
      const role = createRole();
      for (const region of regions) {
        new EventTarget(
          `${name}-${region}-target`,
          {
            region,
            rule: createRule(region, `${name}-${region}`).name,
            targetId: "home",
            arn: homeBusArn,
            roleArn: role.arn,
          },
          { parent },
        );
      }
    }

    function tellIn(region: string, regionName: string) {
      tellTopic(region, regionName, createRule(region, regionName), createTopic(region, regionName).arn);
    }

    /** Lets EventBridge send events from one region's bus to another's. IAM has no regions, so one role is enough. */
    function createRole() {
      const role = new Role(
        `${name}-role`,
        {
          name: `${prefix}-alarm-forwarding`,
          path: args.rolePath,
          description: "Lets EventBridge forward the state changes of alarms to the home region.",
          assumeRolePolicy: policyDocument(eventBridgeTrust(accountId)),
          permissionsBoundary: args.permissionsBoundary,
        },
        { parent },
      );
      new RolePolicy(
        `${name}-role-policy`,
        {
          role: role.name,
          name: `${prefix}-alarm-forwarding`,
          policy: policyDocument(alarmForwardingPolicy(homeBusArn)),
        },
        { parent },
      );
      return role;
    }

    /** The alarms of a region other than the home region. */
    function createRule(region: string, regionName: string) {
      return new EventRule(
        `${regionName}-rule`,
        {
          region,
          name: `${prefix}-alarms`,
          description: `Sends the state changes of this region's alarms to ${forwards ? "the home region" : "the alarm topic"}.`,
          // By ARN: other alarms of the account are none of this deployment's.
          eventPattern: pulumi.jsonStringify({
            ...STATE_CHANGE,
            resources: alarmArns[region] ?? [],
            detail: INTO_OR_OUT_OF_ALARM,
          }),
        },
        { parent },
      );
    }

    function createHomeRule() {
      // Alarms have the same names in every region. The ARNs of all regions would not fit into a pattern (2 KB).
      const alarmName = pulumi
        .all(Object.values(alarmArns).flat())
        .apply((arns) => [...new Set(arns.map((alarm) => alarm.split(":").at(-1) ?? ""))].sort());
      return new EventRule(
        `${name}-home-rule`,
        {
          region: homeRegion,
          name: `${prefix}-all-alarms`,
          description: "Sends the state changes of the alarms of all regions to the alarm topic.",
          eventPattern: pulumi.jsonStringify({
            ...STATE_CHANGE,
            detail: { alarmName, ...INTO_OR_OUT_OF_ALARM },
          }),
        },
        { parent },
      );
    }

    /** No customer ever publishes to this topic, so its policy is the program's to manage. */
    function createTopic(region: string, regionName: string) {
      const topicName = `${prefix}-alarms`;
      const ownArn = arn("sns", region, accountId, topicName);
      const topic = new Topic(
        `${regionName}-topic`,
        {
          region,
          name: topicName,
          policy: policyDocument(alarmTopicPolicy(ownArn)),
        },
        { parent },
      );
      if (args.alarmEmail !== undefined) {
        new TopicSubscription(
          `${regionName}-email`,
          { region, topic: topic.arn, protocol: "email", endpoint: args.alarmEmail },
          { parent },
        );
      }
      return topic;
    }

    function tellTopic(region: string, ruleName: string, rule: EventRule, topicArn: pulumi.Input<string>) {
      return new EventTarget(
        `${ruleName}-target`,
        {
          region,
          rule: rule.name,
          targetId: "topic",
          arn: topicArn,
          // A sentence instead of the event: most of it is read in an e-mail.
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
  }
}
