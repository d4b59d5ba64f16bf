/** A customer who connects a whole organization with one stack. */
import { memberExternalId } from "../../functions/domain/external-id.js";
import { healthNameOf, organizationsNameOf, prefixOf } from "../../functions/domain/names.js";
import { runScheduled } from "../deploy/scheduled.js";
import { CustomerOrganization } from "./customer-organization.js";
import { type CreatedLink, callApi } from "./onboarding-api.js";
import { expectStatus, Scenario } from "./scenario.js";
import type { Stack } from "./stack.js";

/** Besides the management account. */
const MEMBERS = 4;

export class OrganizationScenario extends Scenario {
  private connection: { readonly externalId: string; readonly stack: Stack } | undefined;

  override get customer(): string {
    return "organization";
  }

  connect(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { accountId, region, caller } = this.account;
      await this.createOrganization();
      const wanted = { call: "POST /organizations", body: { accountId, region } };
      const { externalId, link } = await callApi<CreatedLink>(this.program.onboardingUrl, wanted, caller);
      this.done("link", started, externalId);

      const creating = Date.now();
      const stack = await this.cloud.customer(accountId).createStack(link);
      this.connection = { externalId, stack };
      expectStatus(await stack.settled(), "CREATE_COMPLETE");
      this.done("role", creating, `in ${MEMBERS} member accounts, by a StackSet`);
      await this.expectRecord(externalId, "connected");
      // Its rule runs it within a minute.
      await this.run(organizationsNameOf);
      await this.expectMembers(externalId, "connected", healthNameOf);
      this.done("connected", started, `${MEMBERS} of ${MEMBERS} members`);
    });
  }

  leave(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      if (!this.connection) throw new Error("The customer has no stack yet.");
      const { externalId, stack } = this.connection;
      expectStatus(await stack.delete(), "DELETE_COMPLETE");
      await this.expectRecord(externalId, "disconnected");
      await this.expectMembers(externalId, "disconnected", organizationsNameOf);
      this.done("left", started, "with all members");
    });
  }

  private get members(): string[] {
    return Array.from({ length: MEMBERS }, (_, index) => String(Number(this.account.accountId) + index + 1));
  }

  private async createOrganization(): Promise<void> {
    const organization = await CustomerOrganization.create(this.cloud.accounts, this.account.accountId);
    for (const member of this.members) await organization.join(member);
    await organization.trustStackSets(true, this.account.region);
  }

  /** @param nameOf the function that brings it about */
  private async expectMembers(
    externalId: string,
    status: string,
    nameOf: (prefix: string) => string,
  ): Promise<void> {
    await this.run(nameOf);
    for (const member of this.members) await this.expectRecord(memberExternalId(externalId, member), status);
  }

  private run(nameOf: (prefix: string) => string): Promise<void> {
    return runScheduled(this.cloud.vendor, this.account.region, nameOf(prefixOf("dev")));
  }
}
