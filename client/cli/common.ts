/** What the commands have in common: which stack, which connections, and how the result is printed. */
import type { Command } from "commander";
import { isExternalId, regionOfExternalId } from "../../functions/domain/external-id.js";
import { tableNameOf } from "../../functions/domain/names.js";
import { type Connection, ConnectionsClient } from "../index.js";
import { readTarget, type Target, type TargetOptions } from "../target.js";

/** Options that every command takes. */
export interface CommonOptions extends TargetOptions {
  readonly json: boolean;
}

/** A command's dependencies. */
export interface Session<Options> {
  readonly options: Options & CommonOptions;
  readonly target: Target;
  readonly client: ConnectionsClient;
  /** Prints the result: as JSON if that is wanted, or as text. */
  readonly print: (result: unknown, text: () => string) => void;
}

export function open<Options>(command: Command): Session<Options> {
  const options = command.optsWithGlobals<Options & CommonOptions>();
  const target = readTarget(options);
  const { prefix, homeRegion, regions, clientOptions } = target;
  const client = new ConnectionsClient({
    tableName: tableNameOf(prefix),
    homeRegion,
    regions,
    clientOptions,
    caller: "operator",
  });
  const print = (result: unknown, text: () => string) => {
    process.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : text()}\n`);
  };
  return { options, target, client, print };
}

/** The argument that names connections, for the help. */
export const CONNECTION_ARGUMENT: readonly [flags: string, description: string] = [
  "<connection>",
  "an external ID, or an AWS account for all connections of it",
];

/**
 * The connections that an operator named, the newest first.
 * @throws Error if there is none, or it is neither an external ID nor an account
 */
export async function chosen(
  { client, target }: Pick<Session<unknown>, "client" | "target">,
  text: string,
): Promise<readonly [Connection, ...Connection[]]> {
  if (/^[0-9]{12}$/.test(text)) {
    const [newest, ...older] = await collect(client.listConnections({ accountId: text }));
    if (!newest) throw new Error(`The AWS account ${text} has no connection in the stack ${target.stack}.`);
    return [newest, ...older];
  }
  if (!isExternalId(text)) {
    throw new Error(
      `"${text}" is neither an external ID, such as eu-west-1:6f1c1d0e-4a53-4c1a-9d3c-0a4b1c2d3e4f, nor an AWS account of 12 digits.`,
    );
  }
  const region = regionOfExternalId(text);
  if (!target.regions.includes(region) && region !== target.homeRegion) {
    throw new Error(`${text} is of ${region}, in which the stack ${target.stack} does not receive.`);
  }
  return [await client.find({ externalId: text })];
}

/** @throws Error if more than one was named where one is needed */
export async function chosenOne(
  session: Pick<Session<unknown>, "client" | "target">,
  text: string,
): Promise<Connection> {
  const [newest, ...older] = await chosen(session, text);
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

/** Rows as columns, each as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
