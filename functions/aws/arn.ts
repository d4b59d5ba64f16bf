/** Parts of ARNs: `arn:<partition>:<service>:<region>:<account>:<resource>`. */

export interface ArnParts {
  readonly partition: string;
  /** "" for global services, such as IAM. */
  readonly region: string;
  readonly accountId: string;
}

/** @returns "" for each part that the text does not have */
export function arnParts(arn: string): ArnParts {
  const [, partition = "", , region = "", accountId = ""] = arn.split(":");
  return { partition, region, accountId };
}

/** The account that an ARN names. */
export function accountOf(arn: string): string {
  return arnParts(arn).accountId;
}

export interface RoleArnParts {
  readonly partition: string;
  readonly accountId: string;
  /** With a slash at both ends; "/" where the role has none of its own. */
  readonly path: string;
}

/** @returns undefined for whatever is not the ARN of an IAM role */
export function parseRoleArn(arn: string): RoleArnParts | undefined {
  const [, partition, accountId, path] =
    /^arn:(aws[a-z-]*):iam::([0-9]{12}):role(\/(?:[!-~]{1,510}\/)?)[\w+=,.@-]{1,64}$/.exec(arn) ?? [];
  return partition && accountId && path ? { partition, accountId, path } : undefined;
}
