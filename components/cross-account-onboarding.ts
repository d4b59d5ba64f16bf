import * as pulumi from "@pulumi/pulumi";
import { AlarmForwarding } from "./alarm-forwarding.js";
import { AuditTrail } from "./audit-trail.js";
import { withTags } from "./aws/tags.js";
import { type Bundle, codeArchive, type FunctionName } from "./build/bundle.js";
import { ClientPolicy } from "./client-policy.js";
import type { Configuration } from "./config/configuration.js";
import { ConnectionTable } from "./connection-table.js";
import { Dashboard } from "./dashboard.js";
import { Region } from "./region.js";
import { RoleTemplate } from "./role-template.js";
import { UrlGenerator } from "./url-generator.js";

export interface CrossAccountOnboardingArgs {
  configuration: Configuration;
  bundles: Record<FunctionName, Bundle>;
}

/** The whole, as one component. */
export class CrossAccountOnboarding extends pulumi.ComponentResource {
  /** Where links are made: `POST <onboardingUrl>/connections`. */
  readonly onboardingUrl: pulumi.Output<string>;
  /** Region by region, the topics that customers' stacks phone home to. */
  readonly topicArns: Record<string, pulumi.Output<string>[]>;
  /** The topic that hears of the alarms of all regions. */
  readonly alarmTopicArn: pulumi.Output<string>;
  /** The table of connections, the same name in every region. */
  readonly tableName: pulumi.Output<string>;
  /** The managed policy for workloads that use connections: attach it to their roles. */
  readonly clientPolicyArn: pulumi.Output<string>;
  /** The template that links lead to. */
  readonly templateUrl: pulumi.Output<string>;

  constructor(
    name: string,
    { configuration, bundles }: CrossAccountOnboardingArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "onboarding:index:CrossAccountOnboarding",
      name,
      {},
      pulumi.mergeOptions(options, { transformations: [withTags(configuration.tags)] }),
    );

    const own = { parent: this };
    const { servedRegions, topicsByRegion } = configuration;
    const code = {
      changes: codeArchive(bundles.changes),
      health: codeArchive(bundles.health),
      receiver: codeArchive(bundles.receiver),
      "topic-policies": codeArchive(bundles["topic-policies"]),
    };
    const table = new ConnectionTable(`${name}-connections`, configuration, own);
    const template = new RoleTemplate(`${name}-template`, configuration, own);
    const regions = new Map(
      servedRegions.map((region) => {
        const args = { ...configuration, region, topicCount: topicsByRegion[region] ?? 1, table, code };
        return [region, new Region(`${name}-${region}`, args, own)];
      }),
    );
    const topicArns = Object.fromEntries([...regions].map(([region, { topicArns }]) => [region, topicArns]));
    const alarmArns = Object.fromEntries([...regions].map(([region, { alarmArns }]) => [region, alarmArns]));
    const urlGenerator = new UrlGenerator(
      `${name}-url-generator`,
      { ...configuration, table, topicArns, templateUrl: template.url, bundle: bundles["url-generator"] },
      own,
    );
    const clientPolicy = new ClientPolicy(`${name}-client`, { ...configuration, table }, own);
    const alarmForwarding = new AlarmForwarding(`${name}-alarms`, { ...configuration, alarmArns }, own);
    new Dashboard(`${name}-dashboard`, configuration, own);
    if (configuration.auditTrail) new AuditTrail(`${name}-audit`, configuration, own);

    this.onboardingUrl = urlGenerator.url;
    this.topicArns = topicArns;
    this.alarmTopicArn = alarmForwarding.topicArn;
    this.tableName = table.tableName;
    this.clientPolicyArn = clientPolicy.arn;
    this.templateUrl = template.url;
    this.registerOutputs({});
  }
}
