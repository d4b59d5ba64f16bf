/**
 * One stack of a customer's, as CloudFormation works through it.
 *
 * What CloudFormation does is documented in part only. With "preserve successfully provisioned resources" a resource that failed is tried
 * again by a Create or by an Update of its physical ID, and what was tried before is deleted, sooner or later. The model knows each order.
 */
import type { Connection } from "../../../../functions/domain/connection.js";
import {
  pending,
  type RequestValues,
  type Response,
  request,
  roleNamed,
  stackNamed,
} from "./receiver-world.js";
import { MINUTE, SECOND, type VendorModel } from "./vendor-model.js";

/** The ServiceTimeout of the template's custom resource: CloudFormation waits no longer. */
const SERVICE_TIMEOUT = 10 * MINUTE;

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
  /** Whether it has the number of the stack's own Create. */
  readonly isOfCreate: boolean;
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

/** Which stack it is, and of which link. */
export interface StackIdentity {
  readonly name: string;
  readonly link: Connection;
  /** When it is created, in milliseconds after the start. */
  readonly after: number;
}

export class StackModel {
  /** Undefined once the stack is gone, or before it is there. */
  resource: Resource | undefined;
  /** The receiver said SUCCESS once, and CloudFormation never saw it: until the stack goes nobody can know that it failed. */
  isUnseen = false;
  /** The receiver did not learn whether its response was accepted, and said something else the next time. */
  isContradicted = false;
  /** A Create or an Update back that nobody responded to: then CloudFormation gives up. */
  isStuck = false;
  readonly id: string;

  private readonly seen = new Map<string, Response["Status"]>();
  private readonly undelivered = new Set<string>();
  private readonly waiting = new Map<string, (response: Response) => void>();
  private superseded: string[] = [];
  private requests = 0;
  private roles = 0;

  constructor(
    private readonly vendor: VendorModel,
    private readonly life: Life,
    private readonly identity: StackIdentity = { name: "stack", link: pending, after: 0 },
  ) {
    this.id = stackNamed(identity.name, identity.link.accountId);
    vendor.listeners.push((response) => this.see(response));
    for (const [index, { at, type, isOfCreate }] of life.forgeries.entries()) {
      this.forge(isOfCreate ? "Create-1" : `forged-${index}`, at, type);
    }
  }

  get link(): Connection {
    return this.identity.link;
  }

  /** What becomes of a connection with the stack's role. */
  get expectedStatus(): "connected" | "unsafe" | "unreachable" {
    const policy = this.vendor.world.trustPolicies.get(this.roleArn ?? "");
    if (!policy?.(this.identity.link.externalId)) return "unreachable";
    return policy(undefined) ? "unsafe" : "connected";
  }

  get roleArn(): string | undefined {
    return this.resource && this.arnOf(this.resource.values.role);
  }

  /** The record. */
  get connection(): Connection {
    return this.vendor.connection(this.identity.link);
  }

  /** The whole life. */
  async run(): Promise<void> {
    await this.pause(this.identity.after);
    await this.live();
  }

  private forge(id: string, at: number, type: Forgery["type"]): void {
    const { vendor, identity } = this;
    const { name, link } = identity;
    const values = { role: "other", version: "1", signature: "forged", link };
    vendor.time.after(at, () =>
      vendor.deliver(request(type, name, `${name}-${id}`, values), vendor.time.now),
    );
  }

  private async live(): Promise<void> {
    const { life } = this;
    const values = { role: `${this.identity.name}-role`, version: "1" };
    this.newRole(values.role, life.role);
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
    const next = {
      role: role === "same" ? values.role : `${this.identity.name}-${role}-${++this.roles}`,
      version,
    };
    if (role !== "same") this.newRole(next.role, role === "other" ? 0 : role);
    const response = await this.publish("Update", { ...next, physicalId }, fate);
    if (response?.Status === "SUCCESS" && !isRolledBack) {
      this.resource = { ...resource, values: next };
      if (role !== "same") this.vendor.world.trustPolicies.delete(this.arnOf(values.role));
      return;
    }
    await this.pause();
    const isBack = (await this.publish("Update", { ...values, physicalId }, back))?.Status === "SUCCESS";
    if (!isBack) this.isStuck = true;
    if (role !== "same") this.vendor.world.trustPolicies.delete(this.arnOf(next.role));
  }

  /** The stack is deleted or rolled back: first its custom resource, then its role. */
  private async remove(fate: Fate): Promise<void> {
    const { physicalId, values } = this.resource as Resource;
    await this.pause();
    await this.delete([...this.superseded, physicalId], fate);
    await this.vendor.time.wait(2 * SECOND);
    this.vendor.world.trustPolicies.delete(this.arnOf(values.role));
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
    const { vendor, identity } = this;
    const id = `${identity.name}-${type}-${++this.requests}`;
    if (isTried) vendor.loseResponse(id);
    const message = request(type, identity.name, id, { ...values, link: identity.link });
    const published = vendor.time.now;
    vendor.note(`${id} ${values.physicalId ?? ""} is published`);
    for (const after of [delay, ...again]) vendor.time.after(after, () => vendor.deliver(message, published));
    const seen = new Promise<Response | undefined>((resolve) => {
      if (!isLost) this.waiting.set(id, resolve);
      vendor.time.after(patience, async () => resolve(undefined));
    });
    const response = await seen;
    this.waiting.delete(id);
    const said = vendor.world.responses
      .filter(({ RequestId, delivery }) => RequestId === id && delivery === "accepted")
      .map(({ Status }) => Status);
    // What comes later is not seen either, and nor is what comes after a SUCCESS that was not.
    const mayBeSuccess = said.length === 0 || said.includes("SUCCESS");
    if (type !== "Delete" && !response && mayBeSuccess) this.isUnseen = true;
    vendor.note(`${id} ${response?.Status ?? "is not seen"} ${response?.PhysicalResourceId ?? ""}`);
    return response;
  }

  private see(response: Response): void {
    const { RequestId, Status, delivery } = response;
    if (!RequestId.startsWith(`${this.identity.name}-`)) return;
    if (delivery === "failed" && Status === "SUCCESS") this.undelivered.add(RequestId);
    if (delivery !== "accepted") return;
    // The receiver cannot know whether that SUCCESS was accepted.
    if (Status === "FAILED" && this.undelivered.has(RequestId)) this.isContradicted = true;
    const { uncertain, overlapping, world } = this.vendor;
    // Nor which of two deliveries at once, between which the role was mended or the table failed, CloudFormation went by.
    const first = this.seen.get(RequestId);
    if (overlapping.has(RequestId) && first !== undefined && first !== Status) this.isContradicted = true;
    // CloudFormation knows another response, which the record does not.
    const isKept = world.keptVerified.some(({ request }) => request.requestId === RequestId);
    if (this.waiting.has(RequestId)) this.seen.set(RequestId, Status);
    else if (isKept || uncertain.has(RequestId)) {
      if (Status === "SUCCESS") this.isUnseen = true;
      if (Status !== first) this.isContradicted = true;
    }
    this.waiting.get(RequestId)?.(response);
  }

  private newRole(name: string, state: RoleState): void {
    const { time, world } = this.vendor;
    const { externalId } = this.identity.link;
    const since = time.now;
    const arn = this.arnOf(name);
    if (state === "missing") world.trustPolicies.delete(arn);
    else if (state === "open") world.trustPolicies.set(arn, () => true);
    else world.trustPolicies.set(arn, (given) => given === externalId && time.now >= since + state);
  }

  private arnOf(role: string): string {
    return roleNamed(role, this.identity.link.accountId);
  }

  private pause(milliseconds = 5 * SECOND): Promise<void> {
    return new Promise((resolve) => this.vendor.time.after(milliseconds, async () => resolve()));
  }
}

function resourceOf(response: Response | undefined, values: Values, fallback: string): Resource {
  const physicalId = response?.PhysicalResourceId ?? fallback;
  return { physicalId, values, isLive: response?.Status === "SUCCESS" };
}

/** The physical ID that CloudFormation makes up for what never got a response. */
function madeUp(attempt: number): string {
  return `acme-Connection-${attempt}A2B3C4D5E6F`;
}
