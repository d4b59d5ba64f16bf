import * as pulumi from "@pulumi/pulumi";
import { AlarmForwarding } from "./alarm-forwarding.js";
import { withTags } from "./aws/tags.js";
import { bundleAll, codeArchive } from "./build/bundle.js";
import { ClientPolicy } from "./client-policy.js";
import type { CrossAccountOnboardingArgs } from "./config/arguments.js";
import { checkArguments, configure } from "./config/configuration.js";
import { ConnectionTable } from "./connection-table.js";
import type { DomainTarget } from "./custom-domain.js";
import { Dashboard } from "./dashboard.js";
import { Region } from "./region.js";
import { RoleTemplate } from "./role-template.js";
import { UrlGenerator } from "./url-generator.js";

/** Known when everything is registered. */
type Outputs = Pick<
  CrossAccountOnboarding,
  | "alarmTopicArn"
  | "apiArn"
  | "clientPolicyArn"
  | "domainTarget"
  | "onboardingUrl"
  | "tableName"
  | "templateUrl"
  | "topicArns"
>;

/**
 * Lets your customers grant you a role in their AWS accounts with one click, in the region they choose.
 *
 * Several deployments can be in one account, and in one program: each needs a `deployment` of its own.
 *
 * @example
 * const onboarding = new CrossAccountOnboarding("onboarding", {
 *   regions: ["us-east-1", "eu-west-1"],
 *   vendorName: "Example Corp",
 * });
 * export const onboardingUrl = onboarding.onboardingUrl;
 */
export class CrossAccountOnboarding extends pulumi.ComponentResource<Outputs> {
  /**
   * Where links are made: `POST <onboardingUrl>/connections`. Without a slash at its end.
   *
   * @example "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
   */
  readonly onboardingUrl: pulumi.Output<string>;
  /**
   * Where the DNS record of your own domain name (`domain`) has to point: `name` for a CNAME record, and with `hostedZoneId` for an alias in
   * Route 53. Undefined without a domain name.
   *
   * @example { "name": "d-a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "hostedZoneId": "Z1UJRXOUMOOFQ8" }
   */
  readonly domainTarget: pulumi.Output<DomainTarget | undefined>;
  /**
   * The API's ARN. With `auth: iam`, allow your back end `execute-api:Invoke` on `<apiArn>/*`.
   *
   * @example "arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5"
   */
  readonly apiArn: pulumi.Output<string>;
  /**
   * By region, the ARNs of the topics that customers' stacks phone home to.
   *
   * @example { "eu-west-1": ["arn:aws:sns:eu-west-1:111122223333:onboarding-prod-1"] }
   */
  readonly topicArns: pulumi.Output<Record<string, string[]>>;
  /**
   * The ARN of the topic to which the alarms of all regions are sent.
   *
   * @example "arn:aws:sns:us-east-1:111122223333:onboarding-prod-alarms"
   */
  readonly alarmTopicArn: pulumi.Output<string>;
  /**
   * The name of the table of connections, the same in every region.
   *
   * @example "onboarding-prod-connections"
   */
  readonly tableName: pulumi.Output<string>;
  /**
   * The ARN of the managed policy for workloads that use connections: attach it to their roles.
   *
   * @example "arn:aws:iam::111122223333:policy/onboarding-prod-client"
   */
  readonly clientPolicyArn: pulumi.Output<string>;
  /** The address of the template that links lead to. */
  readonly templateUrl: pulumi.Output<string>;

  /**
   * @param name the beginning of the logical names of everything in it
   * @throws pulumi.RunError that says which argument is not valid, why, and what would be; nothing is registered then
   */
  constructor(name: string, args: CrossAccountOnboardingArgs, options?: pulumi.ComponentResourceOptions) {
    checkArguments(args);
    super("onboarding:index:CrossAccountOnboarding", name, args, options);

    const output = <Name extends keyof Outputs>(key: Name) =>
      pulumi.output(this.getData().then((outputs) => outputs[key]));
    this.onboardingUrl = output("onboardingUrl");
    this.domainTarget = output("domainTarget");
    this.apiArn = output("apiArn");
    this.topicArns = output("topicArns");
    this.alarmTopicArn = output("alarmTopicArn");
    this.tableName = output("tableName");
    this.clientPolicyArn = output("clientPolicyArn");
    this.templateUrl = output("templateUrl");
    this.registerOutputs({
      onboardingUrl: this.onboardingUrl,
      domainTarget: this.domainTarget,
      apiArn: this.apiArn,
      topicArns: this.topicArns,
      alarmTopicArn: this.alarmTopicArn,
      tableName: this.tableName,
      clientPolicyArn: this.clientPolicyArn,
      templateUrl: this.templateUrl,
    });
  }

  /** What a constructor cannot do: wait for AWS and for the bundles. It runs within `super()`, before there are fields to set. */
  protected override async initialize(
    args: CrossAccountOnboardingArgs,
    _options?: pulumi.ComponentResourceOptions,
    name = "",
  ): Promise<Outputs> {
    const configuration = await configure(name, args, { parent: this });
    const { servedRegions, topicsByRegion } = configuration;
    const bundles = await bundleAll();
    const code = mapValues(bundles, codeArchive);
    const own = { parent: this, transformations: [withTags(configuration.tags)] };

    const table = new ConnectionTable(`${name}-connections`, configuration, own);
    const template = new RoleTemplate(`${name}-template`, { ...configuration, table }, own);
    const regions = Object.fromEntries(servedRegions.map((region) => [region, createRegion(region)]));
    const topicArns = mapValues(regions, (region) => region.topicArns);
    const alarmArns = mapValues(regions, (region) => region.alarmArns);
    const urlGenerator = new UrlGenerator(
      `${name}-url-generator`,
      { ...configuration, table, topicArns, templates: template.templates, bundle: bundles["url-generator"] },
      own,
    );
    const clientPolicy = new ClientPolicy(`${name}-client`, { ...configuration, table }, own);
    const alarmForwarding = new AlarmForwarding(`${name}-alarms`, { ...configuration, alarmArns }, own);
    new Dashboard(`${name}-dashboard`, configuration, own);
    if (configuration.auditTrail) await createAuditTrail();

    return {
      onboardingUrl: urlGenerator.url,
      domainTarget: urlGenerator.domainTarget,
      apiArn: urlGenerator.apiArn,
      topicArns: pulumi.all(topicArns),
      alarmTopicArn: alarmForwarding.topicArn,
      tableName: table.tableName,
      clientPolicyArn: clientPolicy.arn,
      templateUrl: template.url,
    };

    function createRegion(region: string) {
      const topicCount = topicsByRegion[region] ?? 1;
      // With all that is in it, which inherits this: an update without a preview must not take a receiver from under its topic.
      const protect = configuration.protect && !configuration.releasedRegions.includes(region);
      const options = { ...own, protect };
      const { templates } = template;
      return new Region(
        `${name}-${region}`,
        { ...configuration, region, topicCount, table, templates, code },
        options,
      );
    }

    /** awsx brings other plugins with it: nobody else has to install it. */
    async function createAuditTrail() {
      const { AuditTrail } = await import("./audit-trail.js");
      return new AuditTrail(`${name}-audit`, configuration, own);
    }
  }
}

function mapValues<Key extends string, From, To>(
  record: Record<Key, From>,
  change: (value: From) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(record).map(([key, value]) => [key, change(value)]);
  return Object.fromEntries(entries);
}
