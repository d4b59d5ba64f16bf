import { RejectedError } from "./problems.js";

/** AWS uses it in examples, and nobody has it. */
const NOBODY = "000000000000";

/**
 * @param vendor the account and name of whoever would get access
 * @throws RejectedError if the account cannot be a customer's
 */
export function checkCustomerAccount(
  accountId: string,
  vendor: { readonly accountId: string; readonly name: string },
): void {
  if (accountId === NOBODY) {
    throw new RejectedError(
      "invalid",
      `${NOBODY} is no AWS account. Enter the 12 digits that the AWS console shows under your account's name.`,
      "accountId",
    );
  }
  if (accountId === vendor.accountId) {
    throw new RejectedError(
      "invalid",
      `${accountId} is ${vendor.name}'s own account, which gets access. Enter the account that is to grant it.`,
      "accountId",
    );
  }
}
