/** Fields that requests have in common with responses. */
import * as v from "valibot";

export const ACCOUNT_ID = v.pipe(
  v.string(),
  v.regex(/^[0-9]{12}$/, "accountId must be the 12 digits of an AWS account ID, without spaces or dashes."),
  v.description("The customer's AWS account ID, 12 digits."),
);

/** As in the template: a managed policy's name, with or without its path, or its ARN. */
export const PERMISSIONS_BOUNDARY = v.pipe(
  v.string(),
  v.regex(
    /^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy\/)?[A-Za-z0-9+=,.@_/-]{1,512}$/,
    "permissionsBoundary must be the name or the ARN of a managed policy in the customer's account.",
  ),
  v.description(
    "The managed policy that limits the customer's role, by name or ARN: for customers who must give every role a permissions boundary.",
  ),
);
