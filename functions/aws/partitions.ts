/**
 * Facts about AWS's partitions, for code that runs in Lambda. (Components take them from @aws-cdk/region-info; a test compares
 * the two.)
 */

/** What differs between the partitions of AWS. */
export interface Partition {
  /** The part of every ARN after `arn:`. */
  readonly partition: string;
  /** The end of the host names of service endpoints. */
  readonly dnsSuffix: string;
  /** The host name of the management console, without the region that precedes it. */
  readonly consoleDomain: string;
  /** Where AWS Organizations is called; undefined where StackSets cannot be deployed to an organization. */
  readonly organizationsRegion?: string;
}

const STANDARD: Partition = {
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  consoleDomain: "console.aws.amazon.com",
  organizationsRegion: "us-east-1",
};

const OTHERS: readonly (readonly [prefix: string, partition: Partition])[] = [
  [
    "us-gov-",
    {
      partition: "aws-us-gov",
      dnsSuffix: "amazonaws.com",
      consoleDomain: "console.amazonaws-us-gov.com",
      organizationsRegion: "us-gov-west-1",
    },
  ],
  ["cn-", { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn", consoleDomain: "console.amazonaws.cn" }],
];

/** The partition of a region, by the beginning of the region's name. Configuration refuses regions of any other partition. */
export function partitionOf(region: string): Partition {
  return OTHERS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? STANDARD;
}
