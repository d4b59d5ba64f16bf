/** A customer's AWS organization, and what its administrator does with it, by AWS's own operations. */
import {
  ActivateOrganizationsAccessCommand,
  DeactivateOrganizationsAccessCommand,
} from "@aws-sdk/client-cloudformation";
import {
  AcceptHandshakeCommand,
  AttachPolicyCommand,
  CloseAccountCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  InviteAccountToOrganizationCommand,
  ListRootsCommand,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
  TagResourceCommand,
} from "@aws-sdk/client-organizations";
import type { Accounts } from "../aws/accounts.js";

/** Where Organizations is in the partition aws. */
const REGION = "us-east-1";

/** An administrator of StackSets in another account than the management account. */
const STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com";

/** Keeps an account from creating roles. */
const NO_ROLES = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "iam:CreateRole", Resource: "*" }],
});

export class CustomerOrganization {
  private constructor(
    private readonly accounts: Accounts,
    readonly managementAccount: string,
  ) {}

  /** Creates an organization with its management account alone. @param features ALL, or CONSOLIDATED_BILLING */
  static async create(
    accounts: Accounts,
    managementAccount: string,
    features: "ALL" | "CONSOLIDATED_BILLING" = "ALL",
  ): Promise<CustomerOrganization> {
    const organization = new CustomerOrganization(accounts, managementAccount);
    await organization.client.send(new CreateOrganizationCommand({ FeatureSet: features }));
    return organization;
  }

  /** Makes an account a member. */
  async join(accountId: string): Promise<void> {
    const { Handshake } = await this.client.send(
      new InviteAccountToOrganizationCommand({
        Target: { Id: accountId, Type: "ACCOUNT" },
        Notes: `Account ${accountId}`,
      }),
    );
    const member = this.accounts.of(accountId).organizations(REGION);
    await member.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id }));
  }

  async remove(accountId: string): Promise<void> {
    await this.client.send(new RemoveAccountFromOrganizationCommand({ AccountId: accountId }));
  }

  async close(accountId: string): Promise<void> {
    await this.client.send(new CloseAccountCommand({ AccountId: accountId }));
  }

  /** Activates, or deactivates, trusted access as StackSets' page in the console does. */
  async trustStackSets(isTrusted = true, region = REGION): Promise<void> {
    const Command = isTrusted ? ActivateOrganizationsAccessCommand : DeactivateOrganizationsAccessCommand;
    await this.accounts.of(this.managementAccount).cloudFormation(region).send(new Command({}));
  }

  /** Lets a member administer the organization's StackSets. */
  async delegate(accountId: string): Promise<void> {
    await this.client.send(
      new RegisterDelegatedAdministratorCommand({ AccountId: accountId, ServicePrincipal: STACK_SETS }),
    );
  }

  /** Forbids a member to create roles. @returns what lifts that again */
  async forbidRoles(accountId: string): Promise<() => Promise<void>> {
    const { Policy } = await this.client.send(
      new CreatePolicyCommand({
        Name: `no-roles-${accountId}`,
        Description: "",
        Type: "SERVICE_CONTROL_POLICY",
        Content: NO_ROLES,
      }),
    );
    const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: accountId };
    await this.client.send(new AttachPolicyCommand(attachment));
    return async () => {
      await this.client.send(new DetachPolicyCommand(attachment));
    };
  }

  /** Has the list say another state of an account, such as SUSPENDED: states flip for a while after an account was closed. */
  async setState(accountId: string, state: string): Promise<void> {
    await this.tag(accountId, "state", state);
  }

  /** Has so many calls of ListAccounts refused. */
  async throttle(calls: number): Promise<void> {
    const { Roots = [] } = await this.client.send(new ListRootsCommand({}));
    await this.tag(Roots[0]?.Id ?? "", "throttled", String(calls));
  }

  private async tag(resource: string, Key: string, Value: string): Promise<void> {
    await this.client.send(new TagResourceCommand({ ResourceId: resource, Tags: [{ Key, Value }] }));
  }

  private get client() {
    return this.accounts.of(this.managementAccount).organizations(REGION);
  }
}
