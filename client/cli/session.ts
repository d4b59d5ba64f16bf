/** What the commands have in common: their options, the stack they work on, and how they find connections and print results. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Command } from "commander";
import { ConnectionRepository } from "../../functions/domain/connection-repository.js";
import { isExternalId, regionOfExternalId } from "../../functions/domain/external-id.js";
import { tableNameOf } from "../../functions/domain/names.js";
import { type Connection, ConnectionsClient } from "../index.js";
import { isAccountId } from "./arguments.js";
import { withNextCommands } from "./next-command.js";
import { readTarget, type Target, type TargetOptions } from "./target.js";
import type { Terminal } from "./terminal.js";

/** The options that every command takes. */
export interface CommonOptions extends TargetOptions {
  readonly json?: boolean;
}

/** What a command looks connections up with. */
export interface Source {
  readonly target: Target;
  readonly client: ConnectionsClient;
}

export interface Session<Options> extends Source {
  readonly options: Options & CommonOptions;
  /** Prints the result as JSON if `--json` was given, and otherwise as text. */
  readonly print: (result: unknown, text: () => string) => void;
}

/** @throws Error if there is no such stack */
export async function openSession<Options>(command: Command, terminal: Terminal): Promise<Session<Options>> {
  const options = command.optsWithGlobals<Options & CommonOptions>();
  const target = await readTarget(options);
  const print = (result: unknown, text: () => string) => {
    terminal.out(`${options.json ? JSON.stringify(result, null, 2) : withNextCommands(text(), options)}\n`);
  };
  return { options, ...sourceOf(target), print };
}

export function sourceOf(target: Target): Source {
  const { prefix, homeRegion, regions, clientOptions } = target;
  const tableName = tableNameOf(prefix);
  const client = new ConnectionsClient({ tableName, homeRegion, regions, clientOptions, caller: "operator" });
  return { target, client };
}

/** What writes connections, in the replica of their region. */
export function repositoryOf(
  { target: { clientOptions, prefix } }: Source,
  region: string,
): ConnectionRepository {
  return new ConnectionRepository(new DynamoDBClient({ ...clientOptions, region }), tableNameOf(prefix));
}

/** What names a connection, for the error about a text that does not. */
const NAMES = [
  "an external ID, such as eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f",
  "an AWS account ID of 12 digits",
];

/**
 * The connections that an argument names, newest first.
 * @param otherNames what else the command takes, for the error
 * @throws Error if there are none, or the text is neither an external ID nor an account ID
 */
export async function findConnections(
  { client, target }: Source,
  text: string,
  otherNames: readonly string[] = [],
): Promise<readonly [Connection, ...Connection[]]> {
  if (isAccountId(text)) {
    const [newest, ...older] = await collect(client.listConnections({ accountId: text }));
    if (!newest)
      throw new Error(
        `The AWS account ${text} has no connection in the stack ${target.stack}: create a link for it, or name another stack with --stack.`,
      );
    return [newest, ...older];
  }
  if (!isExternalId(text)) {
    throw new Error(`"${text}" is neither ${[...NAMES, ...otherNames].join(", nor ")}.`);
  }
  const region = regionOfExternalId(text);
  if (!target.regions.includes(region) && region !== target.homeRegion) {
    throw new Error(
      `${text} belongs to ${region}, which is not a region of the stack ${target.stack}: name another stack with --stack.`,
    );
  }
  return [await client.find({ externalId: text })];
}

/** @throws Error if the argument names more than one connection, too */
export async function findConnection(source: Source, text: string): Promise<Connection> {
  const [newest, ...older] = await findConnections(source, text);
  if (older.length === 0) return newest;
  const all = [newest, ...older].map(({ externalId, status }) => `${externalId} (${status})`).join(", ");
  throw new Error(
    `The AWS account ${text} has ${older.length + 1} connections; name one by its external ID: ${all}.`,
  );
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
