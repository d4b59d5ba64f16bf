/** Writes what a listing makes of an organization's members. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type Connection, isEnded } from "../domain/connection.js";
import type { ConnectionRepository } from "../domain/connection-repository.js";
import type { Deadline } from "../runtime/deadline.js";
import { forEach } from "../runtime/worker-pool.js";
import type { Plan } from "./reconcile.js";

/** How many records are written at a time. */
const MAX_CONCURRENT_WRITES = 10;

export interface Applied {
  readonly joined: number;
  readonly ended: number;
  /** Whether everything was written. */
  readonly complete: boolean;
}

interface Means {
  readonly connections: ConnectionRepository;
  readonly deadline: Deadline;
  /** Told of each member that could not be written. */
  readonly failed: (externalId: string, error: unknown) => void;
}

/** @param members by account ID, which are afterwards as they were written */
export async function applyPlan(
  { joining, changing, changesOf }: Pick<Plan, "joining" | "changing" | "changesOf">,
  members: Map<string, Connection>,
  { connections, deadline, failed }: Means,
): Promise<Applied> {
  let [joined, ended, failures] = [0, 0, 0];
  const limits = { concurrency: MAX_CONCURRENT_WRITES, hasTime: () => deadline.left > 0 };
  const write = async (member: Connection, work: () => Promise<Connection>) => {
    try {
      members.set(member.accountId, await work());
    } catch (error) {
      failures += 1;
      failed(member.externalId, error);
    }
  };
  const left = await forEach([...joining, ...changing], limits, (member) =>
    write(member, async () => {
      if (!members.has(member.accountId)) {
        joined += 1;
        return create(member, connections);
      }
      const latest = await connections.change(member, changesOf);
      if (isEnded(latest) && !isEnded(member)) ended += 1;
      return latest;
    }),
  );
  return { joined, ended, complete: left === undefined && failures === 0 };
}

/** The index that members are found in lags behind: the record may be there already. */
async function create(member: Connection, connections: ConnectionRepository): Promise<Connection> {
  try {
    await connections.create(member);
    return member;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return (await connections.get(member.externalId)) ?? member;
  }
}
