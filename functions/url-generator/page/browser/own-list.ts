/** The list of the visitor's own connections and waiting links, below the form. */
import { formatAccountId } from "./account-id.js";
import { fragmentOf } from "./address.js";
import { api, type Connection, type Region } from "./api.js";
import { confirmCancel } from "./cancel-dialog.js";
import { announce, busy, element, show } from "./elements.js";
import { ownConnections } from "./own-connections.js";
import { formatTime, text } from "./texts.js";

export class OwnList {
  private readonly view = element("own");
  private readonly list = element("own-list");
  private readonly more = element<HTMLButtonElement>("own-more");
  private regions: readonly Region[] = [];
  private nextPageToken: string | undefined;
  /** Counts the times that it was shown: what belongs to an earlier one is out of date. */
  private time = 0;

  constructor(private readonly onError: (error: unknown) => void) {
    this.more.addEventListener("click", () => void busy(this.more, () => this.load(this.time)));
  }

  /** Comes after the form, which needs nothing of it. */
  show(regions: readonly Region[]): void {
    this.regions = regions;
    this.time += 1;
    this.view.hidden = true;
    this.nextPageToken = undefined;
    this.list.replaceChildren();
    show(element("own-error"), undefined);
    void this.load(this.time);
  }

  private async load(time: number): Promise<void> {
    try {
      const page = await ownConnections({ pageToken: this.nextPageToken });
      if (time !== this.time) return;
      this.nextPageToken = page.nextPageToken;
      this.list.append(...page.connections.map((connection) => this.item(connection, () => {})));
      this.more.hidden = page.nextPageToken === undefined;
      this.view.hidden = this.list.children.length === 0 && this.more.hidden;
    } catch (error) {
      // Whoever is signed out reads so when sending the form.
      if (time === this.time && !this.view.hidden) show(element("own-error"), (error as Error).message);
    }
  }

  /** One of them, to open, or to cancel while it waits. @param onCancelled called once it is cancelled */
  item(connection: Connection, onCancelled: () => void): HTMLElement {
    const { externalId, accountId, region, status, kind } = connection;
    const account = formatAccountId(accountId);
    const item = document.createElement("li");
    const label = document.createElement("div");
    const name = document.createElement("a");
    name.href = fragmentOf(externalId);
    name.textContent = account;
    const state = document.createElement("span");
    state.className = "muted";
    const where = this.regions.find((offered) => offered.region === region)?.name ?? region;
    const parts = [where, ...(kind === "organization" ? [text("ownWhole")] : []), stateOf(connection)];
    state.textContent = parts.join(" – ");
    label.append(name, state);
    item.append(label);
    if (status === "pending") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain bad";
      button.textContent = text("cancel");
      button.ariaLabel = text("cancelLinkFor", { account });
      button.addEventListener("click", () => void busy(button, () => this.cancel(connection, onCancelled)));
      item.append(button);
    }
    return item;
  }

  private async cancel({ externalId, method }: Connection, onCancelled: () => void): Promise<void> {
    const isRole = method !== undefined;
    if (!(await confirmCancel(isRole))) return;
    try {
      await api.cancel(externalId);
    } catch (error) {
      return this.onError(error);
    }
    this.show(this.regions);
    onCancelled();
    announce(text("linkCancelled"));
    element("account").focus();
  }
}

function stateOf({ status, method, expiresAt, statusChangedAt, confirmation }: Connection): string {
  switch (status) {
    case "pending":
      return text(method ? "ownRolePending" : "ownPending", { time: formatTime(expiresAt) });
    case "connected":
      return confirmation === "required"
        ? text("ownCode")
        : text("ownConnected", { time: formatTime(statusChangedAt) });
    case "unreachable":
      return text("ownUnreachable");
    default:
      return status === "unsafe" ? text("ownUnsafe") : status;
  }
}
