/**
 * What a customer's AWS organization says of itself, asked with the role that the customer's stack made for it. One session for all of
 * it, with a session policy of what is asked here and nothing else.
 */
import {
  CloudFormationClient,
  DescribeOrganizationsAccessCommand,
  ListStackInstancesCommand,
} from "@aws-sdk/client-cloudformation";
import {
  type Account,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Deadline } from "../runtime/deadline.js";
import { timeLimits } from "../runtime/time-limits.js";
import { partitionOf } from "./partitions.js";
import { openSessionIn } from "./sts.js";

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html */
export type AccountState = "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE" | "PENDING_ACTIVATION" | "CLOSED";

/** One account of an organization, as AWS lists it; its e-mail address is dropped on receipt. */
export interface ListedAccount {
  readonly accountId: string;
  readonly name: string;
  readonly state: AccountState;
}

/** In whose name StackSets are called: the management account's own, or a delegated administrator's. */
export type CallAs = "SELF" | "DELEGATED_ADMIN";

export interface OrganizationDescription {
  /** @example "o-a1b2c3d4e5" */
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** Not with consolidated billing alone: then there are no StackSets for the organization. */
  readonly hasAllFeatures: boolean;
}

/** What became of a StackSet in one account. */
export interface StackInstance {
  readonly accountId: string;
  /** CloudFormation's detailed status, such as SUCCEEDED, FAILED or SKIPPED_SUSPENDED_ACCOUNT. */
  readonly status: string;
  /** Why, in CloudFormation's words. */
  readonly reason?: string;
}

/** What the organization's role lets us read. Every call is over by the deadline with which it was opened. */
export interface CustomerOrganization {
  /** Works in every account of an organization. @throws NoOrganizationError */
  describe(): Promise<OrganizationDescription>;
  /** @throws OrganizationsDeniedError in an account that is neither the management account nor a delegated administrator's */
  rootId(): Promise<string>;
  /** Whether CloudFormation may deploy in the organization: its "trusted access". @throws OrganizationsDeniedError */
  stackSetsAccess(callAs: CallAs): Promise<"ENABLED" | "DISABLED" | "DISABLED_PERMANENTLY">;
  /** At most 20 accounts; fewer, or none, although others follow. */
  page(token?: string): Promise<{ readonly accounts: readonly ListedAccount[]; readonly next?: string }>;
  /** At most 100 instances; none where there is no such StackSet. */
  stackInstances(
    stackSetName: string,
    callAs: CallAs,
    token?: string,
  ): Promise<{ readonly instances: readonly StackInstance[]; readonly next?: string }>;
}

/** Assumes the organization's role. @throws what STS says */
export type OpenOrganization = (
  roleArn: string,
  externalId: string,
  deadline: Deadline,
) => Promise<CustomerOrganization>;

/** The account belongs to no organization. */
export class NoOrganizationError extends Error {
  override readonly name = "NoOrganizationError";
}

/** AWS does not let this account ask, or the role does not. */
export class OrganizationsDeniedError extends Error {
  override readonly name = "OrganizationsDeniedError";
}

/**
 * All that a session may do. A delegated administrator's calls of CloudFormation are checked with the caller's right to the last one
 * ("ensure that your IAM User or Role has the organizations:ListDelegatedAdministrators permission", Terraform's and Pulumi's
 * documentation of StackSets).
 */
export const ORGANIZATION_ACTIONS = [
  "cloudformation:DescribeOrganizationsAccess",
  "cloudformation:ListStackInstances",
  "organizations:DescribeOrganization",
  "organizations:ListAccounts",
  "organizations:ListRoots",
  "organizations:ListDelegatedAdministrators",
] as const;

const SESSION_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ORGANIZATION_ACTIONS, Resource: "*" }],
});

const MAX_ATTEMPTS = 3;

/** How long one call may take, with all attempts. */
const CALL_MILLISECONDS = 10_000;

/** The most that one call of Organizations returns. */
const ACCOUNTS_A_PAGE = 20;

const INSTANCES_A_PAGE = 100;

/**
 * @param region where the StackSet is: STS and CloudFormation are asked there. Organizations has one endpoint in each partition
 * @throws Error in a partition without StackSets for organizations, when it is used
 */
export function openOrganizationIn(region: string): OpenOrganization {
  const open = openSessionIn(region, "onboarding-organization", SESSION_POLICY);
  return async (roleArn, externalId, deadline) => {
    const { organizationsRegion } = partitionOf(region);
    if (organizationsRegion === undefined) throw new Error(`${region} has no StackSets for organizations.`);
    const credentials = await open(roleArn, externalId, deadline);
    const common = { credentials, maxAttempts: MAX_ATTEMPTS, requestHandler: timeLimits() };
    return new Session(
      new OrganizationsClient({ ...common, region: organizationsRegion }),
      new CloudFormationClient({ ...common, region }),
      deadline,
    );
  };
}

class Session implements CustomerOrganization {
  constructor(
    private readonly organizations: OrganizationsClient,
    private readonly cloudFormation: CloudFormationClient,
    private readonly deadline: Deadline,
  ) {}

  async describe() {
    const { Organization } = await told(
      this.organizations.send(new DescribeOrganizationCommand({}), this.options),
    );
    return {
      organizationId: given(Organization?.Id, "an organization's ID"),
      managementAccountId: given(Organization?.MasterAccountId, "a management account"),
      hasAllFeatures: Organization?.FeatureSet === "ALL",
    };
  }

  async rootId() {
    let NextToken: string | undefined;
    do {
      const page = await told(this.organizations.send(new ListRootsCommand({ NextToken }), this.options));
      const id = page.Roots?.[0]?.Id;
      if (id !== undefined) return id;
      NextToken = page.NextToken;
    } while (NextToken);
    throw new Error("AWS named no root of the organization.");
  }

  async stackSetsAccess(CallAs: CallAs) {
    const command = new DescribeOrganizationsAccessCommand({ CallAs });
    try {
      const { Status } = await told(this.cloudFormation.send(command, this.options));
      return given(Status, "a status of trusted access");
    } catch (error) {
      // "Account used is not a delegated administrator"
      if (!isNamed(error, "ValidationError", "InvalidOperationException")) throw error;
      throw new OrganizationsDeniedError((error as Error).message, { cause: error });
    }
  }

  async page(NextToken?: string) {
    const command = new ListAccountsCommand({ NextToken, MaxResults: ACCOUNTS_A_PAGE });
    const { Accounts = [], NextToken: next } = await told(this.organizations.send(command, this.options));
    return { accounts: Accounts.map(listedAccount), ...(next && { next }) };
  }

  async stackInstances(StackSetName: string, CallAs: CallAs, NextToken?: string) {
    const command = new ListStackInstancesCommand({
      StackSetName,
      CallAs,
      NextToken,
      MaxResults: INSTANCES_A_PAGE,
    });
    try {
      const { Summaries = [], NextToken: next } = await told(this.cloudFormation.send(command, this.options));
      const instances = Summaries.map(({ Account, Status, StackInstanceStatus, StatusReason }) => ({
        accountId: Account ?? "",
        status: StackInstanceStatus?.DetailedStatus ?? Status ?? "",
        ...(StatusReason && { reason: StatusReason }),
      }));
      return { instances, ...(next && { next }) };
    } catch (error) {
      if (isNamed(error, "StackSetNotFoundException")) return { instances: [] };
      throw error;
    }
  }

  private get options() {
    return { abortSignal: this.deadline.within(CALL_MILLISECONDS).signal };
  }
}

/** `Status` was retired on 9 September 2026 in favor of `State`, and is all that some endpoints have. */
function listedAccount({ Id, Name, State, Status }: Account): ListedAccount {
  return {
    accountId: given(Id, "an account's ID"),
    name: Name ?? "",
    state: given(State ?? Status, "an account's state"),
  };
}

/** Everything that AWS's own models call optional, and its answers have. */
function given<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`AWS's answer lacks ${what}.`);
  return value;
}

/** With the errors that say something of the organization as errors of ours. */
async function told<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const { message } = error as Error;
    if (isNamed(error, "AWSOrganizationsNotInUseException")) {
      throw new NoOrganizationError(message, { cause: error });
    }
    if (isNamed(error, "AccessDeniedException", "AccessDenied")) {
      throw new OrganizationsDeniedError(message, { cause: error });
    }
    throw error;
  }
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
