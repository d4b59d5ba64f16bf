import * as pulumi from "@pulumi/pulumi";
import { topicPoliciesNameOf } from "../functions/domain/names.js";
import type { TopicPoliciesVariables } from "../functions/topic-policies/environment.js";
import type { ConnectionTable } from "./connection-table.js";
import { topicPoliciesPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { Schedule } from "./schedule.js";
import type { Topics } from "./topics.js";

/** What {@link TopicPolicies} are made of. */
export interface TopicPoliciesArgs extends FunctionDefaults {
  /** The region whose topics it looks after, and in which all of it lives. */
  region: string;
  /** Where the region's connections are. */
  table: ConnectionTable;
  /** The region's topics. */
  topics: Topics;
  /** The bundle of the topic-policies function. */
  code: pulumi.asset.Archive;
}

/** 500 connections take seconds; a run that has many policies to change has to wait for SNS. */
const TIMEOUT_SECONDS = 300;

/** What reconciles the policies of one region's topics with its connections, and so frees capacity. */
export class TopicPolicies extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: TopicPoliciesArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:TopicPolicies", name, {}, options);

    const parent = this;
    const { region, prefix, accountId, table, topics } = args;
    const topicPolicies = createFunction();
    reconcileHourly();

    this.functionName = topicPolicies.functionName;
    this.registerOutputs({ functionName: this.functionName });

    function createFunction() {
      const topicArns = pulumi.all(topics.arns);
      const environment: FunctionEnvironment<TopicPoliciesVariables> = {
        TABLE_NAME: table.tableName,
        // Known when all of them are there.
        TOPICS: topicArns.apply(({ length }) => String(length)),
        TOPIC_PREFIX: prefix,
        TRUSTED_ACCOUNT: accountId,
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          functionName: topicPoliciesNameOf(prefix),
          roleName: `${topicPoliciesNameOf(prefix)}-${region}`,
          description: `Reconciles the topic policies in ${region} with the region's connections.`,
          environment,
          statements: table.tableName.apply((tableName) => topicPoliciesPolicy({ ...args, tableName })),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        { parent },
      );
    }

    function reconcileHourly() {
      return new Schedule(
        `${name}-schedule`,
        {
          region,
          ruleName: `${topicPoliciesNameOf(prefix)}-hourly`,
          description: "Reconciles the region's topic policies with its connections every hour.",
          expression: "rate(1 hour)",
          function: topicPolicies,
        },
        { parent },
      );
    }
  }
}
