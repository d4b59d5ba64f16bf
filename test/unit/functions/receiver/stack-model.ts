/**
 * One stack of a customer's, as CloudFormation works through it, and the receiver, the health check and the operator's redrive under it.
 *
 * What CloudFormation does is documented in part only. With "preserve successfully provisioned resources" a resource that failed is tried
 * again by a Create or by an Update of its physical ID, and what was tried before is deleted, sooner or later. The model knows each order.
 */
import type { Connection } from "../../../../functions/domain/connection.js";
import { update } from "../../../../functions/domain/transitions.js";
import { Health } from "../../../../functions/health/health.js";
import { changesOfAccepted } from "../../../../functions/receiver/accepted.js";
import { VirtualDeadline } from "../../virtual-time.js";
import { EventQueue } from "./event-queue.js";
import {
  type Conditions,
  EXTERNAL_ID,
  type RequestValues,
  type Response,
  request,
  START,
  World,
} from "./receiver-world.js";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
/** The ServiceTimeout of the template's custom resource: CloudFormation waits no longer. */
const SERVICE_TIMEOUT = 10 * MINUTE;
const STACK = "stack";

/** How one request reaches the receiver, and how its response reaches CloudFormation. */
export interface Fate {
  /** From its publication to its first delivery, in milliseconds. */
  readonly delay: number;
  /** Further deliveries, in milliseconds after the publication. */
  readonly again: readonly number[];
  /** The bucket accepts the response, and CloudFormation never sees it. */
  readonly isLost: boolean;
  /** The bucket accepts the first response, and the receiver does not learn that it did. */
  readonly isTried: boolean;
}

/** How the role is when an attempt begins: assumable after so many milliseconds, never, or by anybody. */
export type RoleState = number | "missing" | "open";

export interface Retry {
  /** The request with which CloudFormation tries its resource again. */
  readonly by: "Create" | "Update";
  /** When it deletes what it tried before, if that has another physical ID. */
  readonly cleanUp: "before" | "after";
  readonly role: RoleState;
  readonly fate: Fate;
  readonly cleanUpFate: Fate;
}

export interface Change {
  readonly role: "same" | "other" | "missing" | "open";
  readonly fate: Fate;
  /** Of the Update back, if it fails or another resource does. */
  readonly back: Fate;
  readonly isRolledBack: boolean;
}

/** What somebody forges for the stack, and when. The bucket refuses the response. */
export interface Forgery {
  readonly at: number;
  readonly type: "Create" | "Update" | "Delete";
}

/** When something of ours does not work, in milliseconds after the start. */
export interface Outage {
  readonly of: "table" | "STS";
  readonly from: number;
  readonly for: number;
}

export interface Life {
  readonly role: RoleState;
  readonly create: Fate;
  /** Another resource of the stack fails meanwhile, or the customer cancels: after so many milliseconds. */
  readonly cancelled: number | undefined;
  /** Whether the customer chose to preserve what was provisioned. */
  readonly isPreserved: boolean;
  readonly retries: readonly Retry[];
  readonly changes: readonly Change[];
  readonly isDeleted: boolean;
  readonly remove: Fate;
  readonly outages: readonly Outage[];
  readonly forgeries: readonly Forgery[];
}

interface Values {
  readonly role: string;
  readonly version: string;
}

/** What CloudFormation knows of the custom resource. */
export interface Resource {
  readonly physicalId: string;
  /** Whether its last request succeeded, as far as CloudFormation knows. */
  readonly isLive: boolean;
  readonly values: Values;
}

export class StackModel {
  readonly world: World;
  /** Undefined once the stack is gone. */
  resource: Resource | undefined;
  /** The receiver said SUCCESS once, and CloudFormation never saw it: until the stack goes nobody can know that it failed. */
  isUnseen = false;
  /** The receiver did not learn that its response was accepted, and said something else the next time. */
  isContradicted = false;
  /** A Create or an Update back that nobody responded to: then CloudFormation gives up. */
  isStuck = false;
  readonly log: string[] = [];

  private readonly time: EventQueue;
  private readonly health: Health;
  private readonly start: number;
  private readonly seen = new Map<string, Response["Status"]>();
  private readonly tried = new Set<string>();
  /** Requests of which the receiver does not know which response was accepted. */
  private readonly uncertain = new Set<string>();
  private readonly deadLetters: (readonly [message: object, published: number])[] = [];
  private readonly waiting = new Map<string, (response: Response) => void>();
  private superseded: string[] = [];
  private requests = 0;
  private roles = 0;

  constructor(private readonly life: Life) {
    this.time = new EventQueue(START, { milliseconds: 5 * MINUTE, happen: () => this.repeat() });
    this.start = this.time.now;
    this.world = new World(this.time, this.conditions);
    this.world.onResponse = (response) => this.see(response);
    this.health = new Health({
      connections: this.world.repository,
      due: async function* () {},
      assumeRole: (roleArn, externalId, deadline) => this.world.assumeRole(roleArn, externalId, deadline),
      telemetry: { checked: () => {}, error: () => {}, ended: () => {} },
      now: () => new Date(this.time.now),
      endUnreachableAfterDays: 0,
      deadlineIn: (milliseconds) => new VirtualDeadline(this.time.now + milliseconds, this.time),
    });
  }

  /** The whole life, and what comes after it until nothing is left to come. */
  async run(): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    for (const [index, { at, type }] of this.life.forgeries.entries()) {
      const values = { role: "other", version: "1", signature: "forged" };
      this.time.after(at, () => this.deliver(request(type, STACK, `forged-${index}`, values), this.time.now));
    }
    const life = this.live().then(end);
    await this.time.run(() => isOver);
    await life;
    // The last messages are redriven, and the last probes after a Delete are made.
    await this.time.wait(40 * MINUTE);
    await this.health.check(EXTERNAL_ID);
  }

  /** What becomes of a connection with the stack's role. */
  get expectedStatus(): "connected" | "unsafe" | "unreachable" {
    const policy = this.world.trustPolicies.get(this.resource?.values.role ?? "");
    if (!policy?.(EXTERNAL_ID)) return "unreachable";
    return policy(undefined) ? "unsafe" : "connected";
  }

  /** The record. */
  get connection(): Connection {
    return { tenant: "", ...this.world.connection } as unknown as Connection;
  }

  private async live(): Promise<void> {
    const { life } = this;
    this.newRole("role", life.role);
    const values = { role: "role", version: "1" };
    const created = await this.publish("Create", values, life.create, life.cancelled);
    this.resource = resourceOf(created, values, madeUp(1));
    for (const [index, retry] of life.retries.entries()) {
      if (this.resource.isLive || !life.isPreserved || life.cancelled !== undefined) break;
      await this.retry(retry, madeUp(index + 2));
    }
    if (!this.resource.isLive) {
      if (life.isPreserved && !life.isDeleted && life.cancelled === undefined) return;
      return this.remove(life.remove);
    }
    for (const [index, change] of life.changes.entries()) await this.change(change, String(index + 2));
    if (life.isDeleted && !this.isStuck) await this.remove(life.remove);
  }

  private async retry({ by, cleanUp, role, fate, cleanUpFate }: Retry, newId: string): Promise<void> {
    const { physicalId, values } = this.resource as Resource;
    this.newRole(values.role, role);
    await this.pause();
    const isCreate = by === "Create";
    if (isCreate && cleanUp === "before") await this.delete([physicalId], cleanUpFate);
    else this.superseded.push(physicalId);
    const response = await this.publish(by, { ...values, physicalId }, fate);
    const tried = resourceOf(response, values, isCreate ? newId : physicalId);
    this.resource = tried;
    this.superseded = this.superseded.filter((one) => one !== tried.physicalId);
    if (!tried.isLive) return;
    // The clean-up of a stack that is complete.
    await this.delete(this.superseded, cleanUpFate);
  }

  private async change({ role, fate, back, isRolledBack }: Change, version: string): Promise<void> {
    const resource = this.resource as Resource;
    const { physicalId, values } = resource;
    if (this.isStuck) return;
    await this.pause();
    const next = { role: role === "same" ? values.role : `${role}-${++this.roles}`, version };
    if (role !== "same") this.newRole(next.role, role === "other" ? 0 : role);
    const response = await this.publish("Update", { ...next, physicalId }, fate);
    if (response?.Status === "SUCCESS" && !isRolledBack) {
      this.resource = { ...resource, values: next };
      if (role !== "same") this.world.trustPolicies.delete(values.role);
      return;
    }
    await this.pause();
    const isBack = (await this.publish("Update", { ...values, physicalId }, back))?.Status === "SUCCESS";
    if (!isBack) this.isStuck = true;
    if (role !== "same") this.world.trustPolicies.delete(next.role);
  }

  /** The stack is deleted or rolled back: first its custom resource, then its role. */
  private async remove(fate: Fate): Promise<void> {
    const { physicalId, values } = this.resource as Resource;
    await this.pause();
    await this.delete([...this.superseded, physicalId], fate);
    await this.time.wait(2 * SECOND);
    this.world.trustPolicies.delete(values.role);
    this.resource = undefined;
    this.isUnseen = false;
  }

  private async delete(physicalIds: readonly string[], fate: Fate): Promise<void> {
    const { values } = this.resource as Resource;
    for (const physicalId of physicalIds) {
      const removed = await this.publish("Delete", { ...values, physicalId }, fate);
      // The customer deletes the stack once more.
      if (!removed) await this.publish("Delete", { ...values, physicalId }, { ...fate, isLost: false });
    }
    this.superseded = [];
  }

  /** @returns the response that CloudFormation sees in time; it waits no longer than it is told to */
  private async publish(
    type: "Create" | "Update" | "Delete",
    values: RequestValues,
    { delay, again, isLost, isTried }: Fate,
    patience = SERVICE_TIMEOUT,
  ): Promise<Response | undefined> {
    const id = `${type}-${++this.requests}`;
    if (isTried) {
      this.tried.add(id);
      this.uncertain.add(id);
    }
    const message = request(type, STACK, id, values);
    const published = this.time.now;
    this.note(`${id} ${values.physicalId ?? ""} is published`);
    for (const after of [delay, ...again]) this.time.after(after, () => this.deliver(message, published));
    const seen = new Promise<Response | undefined>((resolve) => {
      if (!isLost) this.waiting.set(id, resolve);
      this.time.after(patience, async () => resolve(undefined));
    });
    const response = await seen;
    this.waiting.delete(id);
    const said = this.world.responses.findLast(
      ({ RequestId, delivery }) => RequestId === id && delivery === "accepted",
    );
    // What comes later is not seen either.
    if (type !== "Delete" && !response && said?.Status !== "FAILED") this.isUnseen = true;
    this.note(`${id} ${response?.Status ?? "is not seen"} ${response?.PhysicalResourceId ?? ""}`);
    return response;
  }

  /** As Lambda does it: twice more after an error. */
  private async deliver(message: object, published: number, attempt = 1): Promise<void> {
    try {
      await this.world.deliver(message, published);
    } catch {
      if (attempt < 3) this.time.after(attempt * MINUTE, () => this.deliver(message, published, attempt + 1));
      else this.deadLetters.push([message, published]);
    }
  }

  private see(response: Response): void {
    this.note(`${response.RequestId} got ${response.Status} (${response.delivery}) ${response.Reason ?? ""}`);
    if (response.delivery !== "accepted") return;
    const { RequestId, Status } = response;
    // CloudFormation knows another response, which the record does not.
    const isKept = this.world.keptVerified.some(({ request }) => request.requestId === RequestId);
    if (this.waiting.has(RequestId)) this.seen.set(RequestId, Status);
    else if (isKept || this.uncertain.has(RequestId)) {
      if (Status === "SUCCESS") this.isUnseen = true;
      if (Status !== this.seen.get(RequestId)) this.isContradicted = true;
    }
    this.waiting.get(RequestId)?.(response);
  }

  /** Every five minutes. */
  private async repeat(): Promise<void> {
    await this.checkHealth();
    for (const [message, published] of this.deadLetters.splice(0)) await this.deliver(message, published, 3);
    await this.redrive();
  }

  private async checkHealth(): Promise<void> {
    const { nextProbeAt } = this.connection;
    if (nextProbeAt === undefined || nextProbeAt > new Date(this.time.now).toISOString()) return;
    const checked = await this.health.check(EXTERNAL_ID).catch(() => undefined);
    this.note(`the role is probed: ${checked?.outcome}, ${checked?.status}`);
  }

  /** What the operator's command does with what could not be written. */
  private async redrive(): Promise<void> {
    for (const one of this.world.keptVerified.splice(0)) {
      const { request, response } = one;
      const connection = this.connection;
      const now = new Date(this.time.now);
      const changes = changesOfAccepted(request, response, connection, now);
      const isUpdate =
        request.type === "Update" &&
        response.status === "SUCCESS" &&
        connection.stackId === request.stackId &&
        request.publishedAt >= new Date(connection.requestedAt ?? 0) &&
        ["connected", "unreachable", "unsafe"].includes(connection.status);
      const probe = { outcome: "unknown", reason: "not probed" } as const;
      const roleArn = request.properties?.RoleArn ?? "";
      const updated = isUpdate ? update(connection, request, { roleArn, probe }, now) : {};
      if (!changes && !isUpdate) continue;
      const failed = await this.world.repository
        .update(connection, { ...changes, ...updated })
        .then(() => false)
        .catch(() => true);
      if (failed) this.world.keptVerified.push(one);
      else this.note(`${request.requestId} is applied`);
    }
  }

  private newRole(name: string, state: RoleState): void {
    const since = this.time.now;
    if (state === "missing") this.world.trustPolicies.delete(name);
    else if (state === "open") this.world.trustPolicies.set(name, () => true);
    else {
      this.world.trustPolicies.set(
        name,
        (externalId) => externalId === EXTERNAL_ID && this.time.now >= since + state,
      );
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => this.time.after(5 * SECOND, async () => resolve()));
  }

  private note(text: string): void {
    const { status, revision } = this.connection;
    this.log.push(`${(this.time.now - this.start) / SECOND} s: ${text} [${status} ${revision}]`);
  }

  private readonly conditions: Conditions = {
    duration: () => 20,
    fault: (call) => {
      if (call === "PUT")
        return this.tried.delete(this.world.responses.at(-1)?.RequestId ?? "") ? "throttled" : "none";
      const since = this.time.now - this.start;
      const what = call === "AssumeRole" ? "STS" : "table";
      const isOut = this.life.outages.some(
        (outage) => outage.of === what && since >= outage.from && since < outage.from + outage.for,
      );
      return isOut && call !== "SendMessage" ? "throttled" : "none";
    },
  };
}

function resourceOf(response: Response | undefined, values: Values, fallback: string): Resource {
  const physicalId = response?.PhysicalResourceId ?? fallback;
  return { physicalId, values, isLive: response?.Status === "SUCCESS" };
}

/** The physical ID that CloudFormation makes up for what never got a response. */
function madeUp(attempt: number): string {
  return `acme-Connection-${attempt}A2B3C4D5E6F`;
}
