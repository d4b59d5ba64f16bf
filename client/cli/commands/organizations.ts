import { type Command, Option } from "commander";
import {
  confirmHeldEnds,
  isListable,
  lookAgain,
  MEMBER_STATUSES,
} from "../../../functions/domain/organization.js";
import { type Connection, currentStatus } from "../../index.js";
import { findOrganization, ORGANIZATION_ARGUMENT } from "../find-organization.js";
import { describeOrganization, listOfMembers, listOfOrganizations } from "../organizations-in-words.js";
import { collect, openSession, repositoryOf, type Session } from "../session.js";
import type { Terminal } from "../terminal.js";

/** `organizations`: its commands exit with 1 where there is nothing to do, so that a script notices. */
export function addOrganizationsCommand(program: Command, terminal: Terminal): void {
  const organizations = program
    .command("organizations")
    .description("look after whole organizations and their accounts");

  organizations
    .command("list")
    .description("list the organizations whose accounts are listed")
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = await openSession(command, terminal);
      const found = await collect(client.listOrganizations());
      print(found, () => (found.length === 0 ? "No organization is connected." : listOfOrganizations(found)));
    });

  ofOrganization("show", "say how far an organization is, and what keeps its accounts").action(
    async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const organization = await findOrganization(session, text);
      session.print(organization, () => describeOrganization(organization, new Date()));
    },
  );

  ofOrganization("members", "list the accounts of an organization, by number")
    .addOption(new Option("--status <status>", "only those with this status").choices(MEMBER_STATUSES))
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await openSession<{ readonly status?: string }>(command, terminal);
      const { externalId } = await findOrganization(session, text);
      const { status } = session.options;
      const members = (await collect(session.client.listMembers(externalId))).filter(
        (member) => status === undefined || member.status === status,
      );
      session.print(members, () =>
        members.length === 0 ? "There are no such accounts." : listOfMembers(members),
      );
    });

  ofOrganization("look", "have an organization's accounts listed now").action(
    async (text: string, _options: unknown, command: Command) => {
      const session = await openSession(command, terminal);
      const looked = await change(session, await findOrganization(session, text), lookAgain, whyNoLook);
      session.print(looked, () => `The accounts of ${looked.externalId} are listed within a minute.`);
    },
  );

  ofOrganization(
    "confirm",
    "end the accounts that the last listing lacks, which are too many to end by themselves",
  ).action(async (text: string, _options: unknown, command: Command) => {
    const session = await openSession(command, terminal);
    const confirmed = await change(
      session,
      await findOrganization(session, text),
      confirmHeldEnds,
      ({ externalId }) => `No end of an account of ${externalId} waits for you.`,
    );
    const { externalId, confirmedEnds } = confirmed;
    session.print(
      confirmed,
      () =>
        `Up to ${confirmedEnds} accounts of ${externalId} end within a minute or two, if the next listing lacks them still.`,
    );
  });

  function ofOrganization(name: string, description: string): Command {
    return organizations
      .command(name)
      .description(description)
      .argument(...ORGANIZATION_ARGUMENT);
  }
}

/** @throws Error that says why there is nothing to change */
async function change<Options>(
  session: Session<Options>,
  organization: Connection,
  changesOf: typeof lookAgain | typeof confirmHeldEnds,
  whyNot: (latest: Connection) => string,
): Promise<Connection> {
  const repository = repositoryOf(session, organization.region);
  return repository.change(organization, (latest) => {
    const changes = changesOf(latest, new Date());
    if (changes === undefined) throw new Error(whyNot(latest));
    return changes;
  });
}

function whyNoLook(organization: Connection): string {
  const { externalId, confirmation } = organization;
  if (isListable(organization))
    return `The accounts of ${externalId} were listed less than a minute ago. Try again in a minute.`;
  return confirmation === "required"
    ? `Nothing is listed before the tenant has entered the code that the stack of ${externalId} shows.`
    : `There is nothing to list: ${externalId} is ${currentStatus(organization, new Date())}.`;
}
