import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
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
 * Tells one topic in the home region whenever an alarm of any region changes. An alarm's own actions must be in its
 * region, so EventBridge forwards its state changes: each region's rule sends them to the home region's bus, and a rule
 * there to the topic.
 */
export class AlarmForwarding extends pulumi.ComponentResource {
  /** The ARN of the topic that alarms are sent to. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmForwardingArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:AlarmForwarding", name, {}, options);

    const parent = this;
    const { homeRegion, accountId, prefix, alarmArns } = args;
    const homeBusArn = arn("events", homeRegion, accountId, "event-bus/default");
    const role = createRole();
    for (const region of Object.keys(alarmArns)) {
      if (region !== homeRegion) forwardFrom(region);
    }
    const homeRule = createHomeRule();
    const topicArn = args.alarmTopicArn ?? createTopic().arn;
    notifyTopic();

    this.topicArn = pulumi.output(topicArn);
    this.registerOutputs({ topicArn: this.topicArn });

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

    function forwardFrom(region: string) {
      const rule = new EventRule(
        `${name}-${region}-rule`,
        {
          region,
          name: `${prefix}-alarms`,
          description: "Forwards the state changes of this region's alarms to the home region.",
          // By ARN: other alarms of the account are none of this deployment's.
          eventPattern: pulumi.jsonStringify({
            ...STATE_CHANGE,
            resources: alarmArns[region] ?? [],
            detail: INTO_OR_OUT_OF_ALARM,
          }),
        },
        { parent },
      );
      return new EventTarget(
        `${name}-${region}-target`,
        { region, rule: rule.name, targetId: "home", arn: homeBusArn, roleArn: role.arn },
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
    function createTopic() {
      const topicName = `${prefix}-alarms`;
      const ownArn = arn("sns", homeRegion, accountId, topicName);
      const topic = new Topic(
        `${name}-topic`,
        {
          region: homeRegion,
          name: topicName,
          policy: policyDocument(alarmTopicPolicy(ownArn)),
        },
        { parent },
      );
      if (args.alarmEmail !== undefined) {
        new TopicSubscription(
          `${name}-email`,
          { region: homeRegion, topic: topic.arn, protocol: "email", endpoint: args.alarmEmail },
          { parent },
        );
      }
      return topic;
    }

    function notifyTopic() {
      return new EventTarget(
        `${name}-home-target`,
        {
          region: homeRegion,
          rule: homeRule.name,
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
