import type { PolicyStatement } from "./policy-document.js";

/** Actions of one service on some resources. */
export interface Right {
  /** As IAM abbreviates it. */
  readonly service: string;
  /** Without the service in front. */
  readonly actions: readonly string[];
  /** What follows the account in the ARNs, with `aws:` in front for AWS's own; "*" where the service knows no resource for these actions. */
  readonly on: readonly string[];
  readonly condition: PolicyStatement["Condition"];
}

/** @param actions with white space between them */
export function right(
  service: string,
  actions: string,
  on: readonly string[],
  condition?: PolicyStatement["Condition"],
): Right {
  return { service, actions: actions.trim().split(/\s+/), on, condition };
}

/** A role that AWS makes itself once an account uses a feature for the first time. */
export function serviceLinkedRole(service: string): Right {
  const on = [`role/aws-service-role/${service}/*`];
  return right("iam", "CreateServiceLinkedRole", on, { StringEquals: { "iam:AWSServiceName": [service] } });
}
