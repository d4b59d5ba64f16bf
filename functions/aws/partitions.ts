/**
 * Facts about AWS's partitions, for code that runs in Lambda. (The components take the list of regions from
 * @aws-cdk/region-info; a test holds the two against each other.)
 */

/** What differs between the partitions of AWS. */
export interface Partition {
  /** First part of every ARN after `arn:`. */
  readonly partition: string;
  /** End of the names of service endpoints. */
  readonly dnsSuffix: string;
  /** End of the name of the management console; the region stands before it. */
  readonly consoleDomain: string;
}

const STANDARD: Partition = {
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  consoleDomain: "console.aws.amazon.com",
};

const OTHERS: readonly (readonly [prefix: string, partition: Partition])[] = [
  [
    "us-gov-",
    { partition: "aws-us-gov", dnsSuffix: "amazonaws.com", consoleDomain: "console.amazonaws-us-gov.com" },
  ],
  ["cn-", { partition: "aws-cn", dnsSuffix: "amazonaws.com.cn", consoleDomain: "console.amazonaws.cn" }],
];

/** The partition that a region belongs to, told by the beginning of its name. */
export function partitionOf(region: string): Partition {
  return OTHERS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? STANDARD;
}
