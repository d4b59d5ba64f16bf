import * as pulumi from "@pulumi/pulumi";
import type { TemplatesByTier } from "../functions/domain/templates.js";
import { Alarms } from "./alarms.js";
import type { FunctionName } from "./build/bundle.js";
import { Changes } from "./changes.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { Health } from "./health.js";
import type { FunctionDefaults } from "./node-function.js";
import { Organizations } from "./organizations.js";
import { Receiver } from "./receiver.js";
import { TopicPolicies } from "./topic-policies.js";
import { Topics } from "./topics.js";

/** What a {@link Region} is made of. */
export interface RegionArgs
  extends FunctionDefaults,
    Pick<
      Configuration,
      | "customerRolePath"
      | "historyDays"
      | "endUnreachableAfterDays"
      | "homeRegion"
      | "listingMinutes"
      | "maxMembers"
      | "organizationRegions"
      | "receiverReservedConcurrency"
    > {
  /** @example "eu-west-1" */
  region: string;
  /** How many topics it has, from 1. */
  topicCount: number;
  /** The table, with a replica in this region. */
  table: ConnectionTable;
  /** By tier, the templates that links lead to. */
  templates: pulumi.Input<TemplatesByTier>;
  /** The bundles of the functions. */
  code: Record<Exclude<FunctionName, "url-generator">, pulumi.asset.Archive>;
}

/** Everything of one region that customers can choose. */
export class Region extends pulumi.ComponentResource {
  /** The ARNs of the topics that customers' stacks phone home to, number 1 first. */
  readonly topicArns: pulumi.Output<string>[];
  /** The ARNs of the region's alarms. */
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: RegionArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:Region", name, {}, options);

    const own = { parent: this };
    const { code, topicCount: count } = args;
    const topics = new Topics(`${name}-topic`, { ...args, count }, own);
    const receiver = new Receiver(`${name}-receiver`, { ...args, topics, code: code.receiver }, own);
    const changes = new Changes(`${name}-changes`, { ...args, code: code.changes }, own);
    const health = new Health(`${name}-health`, { ...args, code: code.health }, own);
    const topicPolicies = new TopicPolicies(
      `${name}-topic-policies`,
      { ...args, topics, code: code["topic-policies"] },
      own,
    );
    const organizations = args.organizationRegions.includes(args.region)
      ? new Organizations(`${name}-organizations`, { ...args, code: code.organizations }, own)
      : undefined;
    const watched = { receiver, changes, health, topicPolicies, organizations };
    const alarms = new Alarms(`${name}-alarms`, { ...args, ...watched }, own);

    this.topicArns = topics.arns;
    this.alarmArns = alarms.arns;
    this.registerOutputs({ topicArns: this.topicArns, alarmArns: this.alarmArns });
  }
}
