import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy: the elements that this program needs, spelled as IAM spells them. */
export interface PolicyStatement {
  /** What the statement is for, in letters and digits. */
  Sid: string;
  Effect: "Allow" | "Deny";
  /** Who is meant, in a resource's policy and in a trust policy. A role's own policy has none. */
  Principal?: "*" | { Service: string };
  Action: string[];
  /** What is meant. A trust policy has none. */
  Resource?: pulumi.Input<pulumi.Input<string>[]>;
  Condition?: Record<string, Record<string, pulumi.Input<pulumi.Input<string>[]>>>;
}

/** The statements as the JSON text of a policy. */
export function policyDocument(statements: PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
