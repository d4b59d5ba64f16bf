/** Reads what AWS says of an organization, with the role that its customer made for that. */
import {
  type ListedAccount,
  NoOrganizationError,
  type OpenOrganization,
  OrganizationsDeniedError,
  type StackInstance,
} from "../aws/organizations.js";
import type { Connection } from "../domain/connection.js";
import { stackSetNameOf } from "../domain/organization.js";
import { anotherOrganization, organizationNotListable } from "../domain/sentences.js";
import type { Deadline } from "../runtime/deadline.js";
import { Pace } from "./pace.js";
import type { Listing } from "./reconcile.js";

/** A listing, and what kept it from being complete if something did. */
export interface Survey {
  readonly listing: Listing;
  /** What its customer or the vendor has to mend. */
  readonly problem?: string;
  /** What may pass by itself. */
  readonly error?: unknown;
}

export interface Wanted {
  /** Whether accounts are listed. */
  readonly accounts: boolean;
  /** Whether StackSets are asked how far they are. */
  readonly instances: boolean;
}

/** Never throws: what could be read counts, and an incomplete listing ends nobody. */
export async function survey(
  organization: Connection,
  wanted: Wanted,
  open: OpenOrganization,
  deadline: Deadline,
): Promise<Survey> {
  const { externalId, roleArn = "", organizationId = "", accountId, callAs = "SELF" } = organization;
  const pace = new Pace(deadline);
  const accounts = new Map<string, ListedAccount>();
  let managementAccountId = "";
  let isWalked = false;
  let instances: Map<string, StackInstance> | undefined;
  const surveyed = (trouble: Omit<Survey, "listing"> = {}): Survey => ({
    // AWS's list always has the account that asks for it.
    listing: { accounts, complete: isWalked && accounts.has(accountId), instances, managementAccountId },
    ...trouble,
  });
  try {
    const session = await open(roleArn, externalId, deadline);
    const described = await pace.call(() => session.describe());
    ({ managementAccountId } = described);
    if (described.organizationId !== organizationId) {
      return surveyed({ problem: anotherOrganization(organizationId, described.organizationId) });
    }
    if (wanted.accounts) {
      for await (const page of pagesOf(pace, (token) => session.page(token))) {
        for (const account of page.accounts) accounts.set(account.accountId, account);
      }
      isWalked = true;
    }
    if (wanted.instances) {
      const found = new Map<string, StackInstance>();
      const name = stackSetNameOf(organization);
      for await (const page of pagesOf(pace, (token) => session.stackInstances(name, callAs, token))) {
        for (const one of page.instances) found.set(one.accountId, one);
      }
      instances = found;
    }
    return surveyed();
  } catch (error) {
    return surveyed(isDenied(error) ? { problem: organizationNotListable(roleArn) } : { error });
  }
}

/** A page can be empty although others follow. */
async function* pagesOf<Page extends { readonly next?: string }>(
  pace: Pace,
  read: (token: string | undefined) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  do {
    const page = await pace.call(() => read(token));
    yield page;
    token = page.next;
  } while (token !== undefined);
}

/** By STS, or by Organizations. */
function isDenied(error: unknown): boolean {
  return (
    error instanceof OrganizationsDeniedError ||
    error instanceof NoOrganizationError ||
    (error instanceof Error && /^AccessDenied/.test(error.name))
  );
}
