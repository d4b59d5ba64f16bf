/** Checks of what connecting a whole organization relies on. They need an organization, and change nothing but what a link creates. */
import {
  type CloudFormationClient,
  DescribeOrganizationsAccessCommand,
} from "@aws-sdk/client-cloudformation";
import { type Account, ListAccountsCommand, ListRootsCommand } from "@aws-sdk/client-organizations";
import {
  type CheckName,
  type Dependencies,
  type OrganizationDependencies,
  type Verdict,
  verdict,
} from "./dependencies.js";

/** As ListAccounts documents. */
const PAGE_SIZE = 20;

export async function* organization({ organization }: Dependencies): AsyncGenerator<Verdict> {
  if (!organization) {
    const detail = "Pass the profile of an organization's management account with --organization.";
    for (const check of ["organization-access", "account-states", "stack-set-attributes"] as const) {
      yield { check, result: "skipped", detail };
    }
    return;
  }
  yield await access(organization);
  yield await states(organization);
  yield await stackSet(organization);
}

async function access({ management, member }: OrganizationDependencies): Promise<Verdict> {
  const status = await accessOf(management.cloudFormation);
  const refusal = await member.send(new ListRootsCommand({})).then(
    () => "nothing",
    ({ name }: Error) => name,
  );
  return verdict(
    "organization-access",
    ["ENABLED", "DISABLED"].includes(status) && refusal === "AccessDeniedException",
    `Trusted access is ${status}; ListRoots said ${refusal} to a member.`,
  );
}

async function accessOf(cloudFormation: CloudFormationClient): Promise<string> {
  const { Status = "unknown" } = await cloudFormation.send(new DescribeOrganizationsAccessCommand({}));
  return Status;
}

async function states({ management }: OrganizationDependencies): Promise<Verdict> {
  const accounts: Account[] = [];
  let largest = 0;
  let NextToken: string | undefined;
  do {
    const page = await management.organizations.send(new ListAccountsCommand({ NextToken }));
    accounts.push(...(page.Accounts ?? []));
    largest = Math.max(largest, page.Accounts?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken);
  const states = [...new Set(accounts.map(({ State }) => State ?? "none"))].sort();
  return verdict(
    "account-states",
    !states.includes("none") && largest <= PAGE_SIZE,
    `${accounts.length} accounts, at most ${largest} a page, in the states ${states.join(", ")}.`,
  );
}

async function stackSet({ openLink }: OrganizationDependencies): Promise<Verdict> {
  const check: CheckName = "stack-set-attributes";
  if (!openLink) {
    const detail = "Pass a link for the whole organization with --organization-link.";
    return { check, result: "skipped", detail };
  }
  const stack = await openLink();
  try {
    const status = await stack.settled();
    return verdict(check, status === "CREATE_COMPLETE", `The organization's stack is ${status}.`);
  } finally {
    await stack.delete();
  }
}
