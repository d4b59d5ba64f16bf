/** One statement of an IAM policy: the elements that this program needs, spelled as IAM spells them. */
export interface PolicyStatement {
  /** What the statement is for, in letters and digits. */
  Sid: string;
  Effect: "Allow" | "Deny";
  /** Who is meant, in a resource's policy and in a trust policy. A role's own policy has none. */
  Principal?: "*" | { Service: string };
  Action: string[];
  /** What is meant. A trust policy has none. */
  Resource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/** The statements as the JSON text of a policy. */
export function policyDocument(statements: PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
