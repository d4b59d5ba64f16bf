/** Whether whole organizations may connect, and how their accounts are followed. */
import { flag, optional, wholeNumber } from "../schema-parts.js";

/** As many instances a StackSet can have ("CloudFormation quotas"). */
const MOST_MEMBERS = 100_000;

const MINUTES_A_DAY = 24 * 60;

export const organizationValues = {
  organizations: optional(flag(), {
    title: "Whether organizations can connect",
    description:
      "Whether a customer can connect all accounts of its AWS organization with one stack. Such a stack can be created in those of " +
      "your regions that are on by default in every account, and not in China, where StackSets cannot be deployed to an " +
      "organization. Before you switch it off, have the connected organizations ended: their accounts are no longer followed then.",
    default: true,
    example: false,
  }),
  maxMembers: optional(wholeNumber(1, MOST_MEMBERS, `use a whole number from 1 to ${MOST_MEMBERS}`), {
    title: "Accounts of an organization",
    description: "How many accounts of one organization are connected; further ones are not.",
    unit: "accounts of an organization",
    default: 10_000,
    example: 500,
  }),
  listingMinutes: optional(
    wholeNumber(5, MINUTES_A_DAY, `use a whole number of minutes from 5 to ${MINUTES_A_DAY} (a day)`),
    {
      title: "How often an organization's accounts are listed",
      description:
        "After how many minutes the accounts of an organization are listed again. A new account is connected, and one that left " +
        "is ended, only after that, unless somebody asks for it.",
      unit: "minutes",
      default: 60,
      example: 240,
    },
  ),
};
