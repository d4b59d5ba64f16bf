/**
 * What the vendor runs under any number of customers' stacks, in virtual time: the receiver with Lambda's redelivery, the health check, and
 * the operator's redrive.
 */
import type { Connection } from "../../../../functions/domain/connection.js";
import { leave } from "../../../../functions/domain/transitions.js";
import { Health } from "../../../../functions/health/health.js";
import { changesOfVerified } from "../../../../functions/receiver/accepted.js";
import type { Request } from "../../../../functions/receiver/request.js";
import { VirtualDeadline } from "../../virtual-time.js";
import { EventQueue } from "./event-queue.js";
import {
  type Conditions,
  type CustomResourceRequest,
  type Fault,
  HERE,
  pending,
  type Response,
  START,
  World,
} from "./receiver-world.js";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** When something of ours does not work, in milliseconds after the start. */
export interface Outage {
  readonly of: "table" | "STS" | "S3";
  readonly from: number;
  readonly for: number;
}

/** One call that does not go well: the n-th of all. */
export interface Glitch {
  readonly call: number;
  readonly fault: Exclude<Fault, "none" | "hangs">;
}

/** What goes wrong on the vendor's side. */
export interface Troubles {
  readonly outages: readonly Outage[];
  readonly glitches?: readonly Glitch[];
}

export class VendorModel {
  readonly world: World;
  readonly time: EventQueue;
  readonly log: string[] = [];
  /** Requests of which the bucket accepted a response and the receiver did not learn it, or could not write what follows. */
  readonly uncertain = new Set<string>();
  /** All requests that were delivered. */
  readonly published = new Set<string>();
  /** Requests of which two deliveries were handled at once. */
  readonly overlapping = new Set<string>();
  /** A write was made and nobody learned of it, in spite of all that the SDK tries. */
  hasLostWrites = false;
  /** Called with each response that CloudFormation may see. */
  readonly listeners: ((response: Response) => void)[] = [];

  readonly health: Health;
  private readonly start: number;
  private readonly deadLetters: (readonly [message: object, published: number])[] = [];
  private readonly lostResponses = new Set<string>();
  private readonly inHand = new Map<string, number>();
  private calls = 0;
  /** Nothing goes wrong any more. */
  private isOver = false;

  constructor(
    private readonly troubles: Troubles,
    /** The records that there are. */
    readonly links: readonly Connection[] = [pending],
  ) {
    this.time = new EventQueue(START, { milliseconds: 5 * MINUTE, happen: () => this.repeat() });
    this.start = this.time.now;
    this.world = new World(this.time, this.conditions);
    for (const link of links) this.world.table.put(link);
    this.world.onResponse = (response) => {
      const { RequestId, Status, delivery, Reason = "" } = response;
      this.note(`${RequestId} got ${Status} (${delivery}) ${Reason}`);
      for (const listen of this.listeners) listen(response);
    };
    this.health = new Health({
      connections: this.world.healthRepository,
      due: async function* () {},
      assumeRole: (roleArn, externalId, deadline) => this.world.assumeRole(roleArn, externalId, deadline),
      telemetry: { checked: () => {}, error: () => {}, ended: () => {} },
      now: () => new Date(this.time.now),
      endUnreachableAfterDays: 0,
      templates: { "": { version: "another version" } },
      deadlineIn: (milliseconds) => new VirtualDeadline(this.time.now + milliseconds, this.time),
    });
  }

  /** Lets everything happen until the customers are done, and what comes after that. */
  async run(lives: readonly Promise<void>[]): Promise<void> {
    await this.time.run(Promise.all(lives));
    this.isOver = true;
    // The last messages are redriven, and the last probes after a Delete are made.
    await this.time.run(this.time.wait(40 * MINUTE));
    for (const { externalId } of this.links) await this.time.run(this.health.check(externalId));
  }

  /** A record as it is. */
  connection({ externalId }: Connection): Connection {
    return { tenant: "", ...this.world.connectionOf(externalId) } as unknown as Connection;
  }

  /** As Lambda does it: twice more after an error. */
  async deliver(message: CustomResourceRequest, published: number, attempt = 1): Promise<void> {
    const { RequestId } = message;
    this.published.add(RequestId);
    const others = this.inHand.get(RequestId) ?? 0;
    if (others > 0) this.overlapping.add(RequestId);
    this.inHand.set(RequestId, others + 1);
    try {
      await this.world.deliver(message, published);
    } catch {
      if (this.isAccepted(RequestId)) this.uncertain.add(RequestId);
      if (attempt < 3) this.time.after(attempt * MINUTE, () => this.deliver(message, published, attempt + 1));
      else this.deadLetters.push([message, published]);
    } finally {
      this.inHand.set(RequestId, (this.inHand.get(RequestId) ?? 1) - 1);
    }
  }

  /** The bucket accepts the next response to the request, and the receiver does not learn that it did. */
  loseResponse(requestId: string): void {
    this.lostResponses.add(requestId);
  }

  note(text: string): void {
    this.log.push(`${(this.time.now - this.start) / SECOND} s: ${text} ${this.states()}`);
  }

  private states(): string {
    const items = this.links.map(({ externalId }) => this.world.table.get(externalId));
    return items.map((item) => `[${item?.status?.S} ${item?.revision?.N}]`).join("");
  }

  private isAccepted(requestId: string): boolean {
    return this.world.responses.some((one) => one.RequestId === requestId && one.delivery === "accepted");
  }

  /** Every five minutes. */
  private async repeat(): Promise<void> {
    for (const { externalId } of this.links) await this.checkHealth(externalId);
    for (const [message, published] of this.deadLetters.splice(0)) {
      await this.deliver(message as CustomResourceRequest, published, 3);
    }
    for (const one of this.world.keptVerified.splice(0)) {
      const isDone = await this.redrive(one).catch(() => false);
      if (!isDone) this.world.keptVerified.push(one);
    }
  }

  private async checkHealth(externalId: string): Promise<void> {
    const nextProbeAt = this.world.table.get(externalId)?.nextProbeAt?.S;
    if (nextProbeAt === undefined || nextProbeAt > new Date(this.time.now).toISOString()) return;
    const checked = await this.health.check(externalId).catch(() => undefined);
    this.note(`the role is probed: ${checked?.outcome}, ${checked?.status}`);
  }

  /** What the operator's command does with what could not be written. @returns whether that worked */
  private async redrive(one: World["keptVerified"][number]): Promise<boolean> {
    const { request } = one;
    const { repository } = this.world;
    if (one.response.status === "SUCCESS") await this.leaveOther(request);
    const connection = await repository.get(request.properties?.ExternalID ?? "");
    const changes = connection && changesOfVerified(one, connection, HERE, new Date(this.time.now));
    if (!connection || !changes) return true;
    await repository.update(connection, changes);
    this.note(`${request.requestId} is applied`);
    return true;
  }

  private async leaveOther(request: Request): Promise<void> {
    const { oldExternalId, properties } = request;
    if (!oldExternalId || oldExternalId === properties?.ExternalID || request.type !== "Update") return;
    const other = await this.world.repository.get(oldExternalId);
    if (other)
      await this.world.repository.change(other, (latest) => leave(latest, request, new Date(this.time.now)));
  }

  private readonly conditions: Conditions = {
    duration: () => 20,
    fault: (call, requestId = "") => {
      const fault = this.faultOf(call, requestId);
      if (fault === "lost" && call === "UpdateItem") this.hasLostWrites = true;
      return fault;
    },
  };

  private faultOf(call: string, requestId: string): Fault {
    const { outages, glitches = [] } = this.troubles;
    const number = this.calls++;
    if (this.isOver) return "none";
    if (call === "PUT" && this.lostResponses.delete(requestId)) return "lost";
    const glitch = glitches.find((one) => one.call === number);
    if (glitch) return glitch.fault;
    const since = this.time.now - this.start;
    const what = { AssumeRole: "STS", PUT: "S3", SendMessage: "SQS" }[call] ?? "table";
    const isOut = outages.some((one) => one.of === what && since >= one.from && since < one.from + one.for);
    return isOut ? "throttled" : "none";
  }
}
