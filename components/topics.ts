import { Topic } from "@pulumi/aws/sns/topic.js";
import type * as pulumi from "@pulumi/pulumi";
import { topicNameOf } from "../functions/domain/names.js";
import type { Parent } from "./aws/parent.js";

/** What {@link Topics} are made of. */
export interface TopicsArgs {
  /** Where they are. */
  region: string;
  /** What every physical name begins with. @example "onboarding-prod" */
  prefix: string;
  /** How many there are, from 1; one takes 99 connections. */
  count: number;
}

/** The topics of one region that customers' stacks phone home to. */
export class Topics {
  /** The ARNs of the topics, number 1 first. */
  readonly arns: pulumi.Output<string>[];

  constructor(name: string, args: TopicsArgs, { parent }: Parent) {
    const topics = Array.from({ length: args.count }, (_, index) => createTopic(index + 1));

    this.arns = topics.map((topic) => topic.arn);

    /**
     * A topic, without a policy: the URL generator adds a statement for each customer while the program is not looking,
     * and a policy managed from here would take all of them away at the next refresh.
     */
    function createTopic(number: number) {
      return new Topic(
        `${name}-${number}`,
        { region: args.region, name: topicNameOf(args.prefix, number) },
        { parent },
      );
    }
  }
}
