/** One connection, from its link to its end: what is done, what to do next, and what went wrong. */
import { titleAccess } from "./access-panel.js";
import { formatAccountId } from "./account-id.js";
import { API_LANGUAGE, api, type Connection, type Region, RejectedError, TransientError } from "./api.js";
import { confirmCancel } from "./cancel-dialog.js";
import { listenForCode } from "./code-form.js";
import { config } from "./config.js";
import {
  grantedTitle,
  isFollowed,
  isOngoing,
  isOver,
  sharingText,
  stackTitle,
  summaryOf,
  waitingText,
} from "./connection-summary.js";
import { copyButton } from "./copy-button.js";
import { announce, busy, element, setText, show } from "./elements.js";
import { showIdentity } from "./identity-view.js";
import { Members } from "./members.js";
import { OwnRole } from "./own-role.js";
import { Poller } from "./poller.js";
import { listenForSwitch } from "./role-switch.js";
import { showSteps } from "./steps.js";
import { openedAt } from "./tab-memory.js";
import { formatTime, text } from "./texts.js";
import { tiers } from "./tiers.js";
import { ToolTabs } from "./tool-tabs.js";
import { listenForUpdate, showUpdate } from "./update-notice.js";
import { showView } from "./views.js";

export class ConnectionView {
  private connection: Connection | undefined;
  private readonly cancelText = element("cancel").textContent ?? "";
  private readonly promise = element("promise-text").textContent ?? "";
  private regions: readonly Region[] = [];
  private readonly tools = new ToolTabs();
  private readonly poller = new Poller(() => this.refresh());
  private readonly ownRole: OwnRole;
  private readonly members: Members;

  constructor(
    private readonly onError: (error: unknown) => void,
    onCreated: (connection: Connection) => void,
    onStartOver: (again?: Connection) => void,
  ) {
    this.ownRole = new OwnRole(
      () => config.confirmation === "code",
      () => this.poller.now(),
      onError,
    );
    this.members = new Members(() => this.poller.now(), onError);
    listenForSwitch(() => this.connection, onCreated, onError);
    element("open-console").addEventListener("click", () => {
      if (!this.connection) return;
      openedAt.keep(this.connection.externalId, Date.now());
      this.poller.start();
      this.render();
    });
    element("start-over").addEventListener("click", () => {
      const { connection } = this;
      onStartOver(connection && isOver(connection) ? connection : undefined);
    });
    copyButton("copy-link", () => this.connection?.link ?? "", element<HTMLTextAreaElement>("link-text"));
    copyButton("copy-address", () => location.href);
    const cancel = element<HTMLButtonElement>("cancel");
    cancel.addEventListener("click", () => void busy(cancel, () => this.cancel()));
    listenForUpdate(() => this.poller.start());
    listenForCode((code) => this.confirm(code));
  }

  /** Reads the connection, shows it, and follows it. */
  async open(externalId: string, regions: Promise<readonly Region[]>): Promise<void> {
    this.close();
    // Without the regions' names, their codes will do.
    const [connection, names] = await Promise.all([api.read(externalId), regions.catch(() => [])]);
    this.show(connection, names);
  }

  show(connection: Connection, regions: readonly Region[]): void {
    this.regions = regions;
    this.connection = connection;
    show(element("poll-error"), undefined);
    this.render();
    if (isFollowed(connection)) this.poller.start();
  }

  close(): void {
    this.poller.stop();
    this.connection = undefined;
  }

  /** @returns whether there is more to come */
  private async refresh(): Promise<boolean> {
    const { connection } = this;
    if (!connection) return false;
    try {
      const fresh = await api.read(connection.externalId);
      // Another one was opened meanwhile, and is being followed now.
      if (this.connection?.externalId !== fresh.externalId) return true;
      show(element("poll-error"), undefined);
      this.change(fresh);
      return isFollowed(fresh);
    } catch (error) {
      if (this.connection?.externalId !== connection.externalId) return true;
      if (!(error instanceof TransientError) && !(error instanceof RejectedError && error.status === 429)) {
        this.close();
        this.onError(error);
        return false;
      }
      show(element("poll-error"), text("keepsTrying", { problem: error.message }));
      return true;
    }
  }

  /** Shows the connection as it is now, and announces what is new. */
  private change(fresh: Connection): void {
    const before = this.connection;
    this.connection = fresh;
    // After a failed attempt the console has to be opened again.
    if (fresh.reason !== before?.reason) openedAt.forget();
    this.render();
    if (fresh.status !== before?.status || fresh.confirmation !== before?.confirmation) {
      const { title, lead } = summaryOf(fresh);
      announce(`${title}. ${lead}`);
    } else if (fresh.reason && fresh.reason !== before?.reason) {
      announce(`${text("attemptTitle")}. ${fresh.reason}`);
    } else if (before?.update && !fresh.update) {
      announce(text("updated"));
    }
  }

  private render(): void {
    const { connection } = this;
    if (!connection) return;
    const { title, lead } = summaryOf(connection);
    setText(element("connection-title"), title);
    setText(element("connection-lead"), lead);
    const { status, method, confirmation } = connection;
    const needsCode = status === "connected" && confirmation === "required";
    element("connection").dataset.status = needsCode ? "pending" : status;
    this.renderFacts(connection);
    tiers.describe(connection.tier);
    this.renderSteps(connection);
    showUpdate(connection);
    this.renderEnding(connection);
    this.ownRole.show(connection);
    this.members.show(connection);
    setText(element("promise-text"), method ? text("rolePromise") : this.promise);
    element("share").hidden = !isOngoing(connection) || method !== undefined;
    setText(element("share-text"), sharingText(connection, config.auth));
    element("cancel").hidden = method ? connection.role === undefined : status !== "pending";
    setText(element("cancel"), method ? text("removeConnection") : this.cancelText);
    const again = element("start-over");
    setText(again, text(isOver(connection) ? "createNewLink" : "connectAnother"));
    again.className = isOver(connection) && !connection.role ? "primary" : "secondary";
    showView("connection", title);
    titleAccess(status);
  }

  private renderFacts({ status, kind, grantedTo, accountId, region, permissionsBoundary }: Connection): void {
    setText(element("granted-title"), grantedTitle(status));
    setText(element("granted-to"), grantedTo);
    setText(element("connection-account"), formatAccountId(accountId));
    for (const id of ["connection-whole", "rights-whole"]) element(id).hidden = kind !== "organization";
    const { name = region } = this.regions.find((offered) => offered.region === region) ?? {};
    setText(element("connection-region"), name);
    show(element("connection-code"), name === region ? undefined : region);
    element("connection-boundary-fact").hidden = permissionsBoundary === undefined;
    setText(element("connection-boundary"), permissionsBoundary ?? "");
  }

  private renderSteps(connection: Connection): void {
    const { status, method, reason, accountId, region, link, stack, expiresAt, statusChangedAt } = connection;
    const { confirmation } = connection;
    element("steps").hidden = summaryOf(connection).ending !== undefined;
    showSteps(connection);
    const isConnected = status === "connected";
    const needsCode = confirmation === "required";
    const isPending = status === "pending";
    setText(element("expiry"), isPending ? text("validUntil", { time: formatTime(expiresAt) }) : "");
    setText(element("stack-title"), stackTitle(connection));
    setText(element("code-title"), text(isConnected && !needsCode ? "codeEntered" : "enterCode"));
    setText(element("stack-account"), formatAccountId(accountId));
    element("stack-help").hidden = !isPending || method !== undefined;
    element("attempt").hidden = !reason;
    setText(element("reason"), isPending && reason ? reason : "", API_LANGUAGE);
    const open = element<HTMLAnchorElement>("open-console");
    if (link) open.href = link;
    this.tools.show(stack, region, connection.kind === "organization");
    const opened = openedAt.read(connection.externalId);
    element("waiting").dataset.state = opened ? "expecting" : "idle";
    setText(element("waiting-text"), waitingText(connection, opened, Date.now()));
    element("code-form").hidden = !isConnected || !needsCode;
    showIdentity("code-identity", connection.grantedTo);
    show(
      element("connected-since"),
      isConnected && !needsCode ? text("connectedSince", { time: formatTime(statusChangedAt) }) : undefined,
    );
  }

  private renderEnding(connection: Connection): void {
    const { ending } = summaryOf(connection);
    const notice = element("ending");
    notice.hidden = ending === undefined;
    notice.classList.toggle("bad", ending?.isBad === true);
    setText(element("ending-title"), ending?.title ?? "");
    setText(element("ending-text"), ending?.text ?? "");
    show(element("ending-reason"), ending && connection.reason, API_LANGUAGE);
  }

  private async cancel(): Promise<void> {
    const { connection } = this;
    if (!connection || !(await confirmCancel(connection.method !== undefined))) return;
    try {
      await api.cancel(connection.externalId);
    } catch (error) {
      // It may have connected meanwhile: then that is what the page shows next.
      if (error instanceof RejectedError && error.status !== 401) announce(error.message);
      else if (error instanceof TransientError)
        return show(element("poll-error"), text("notCancelledYet", { problem: error.message }));
      else return this.onError(error);
    }
    await this.poller.now();
    element("connection-title").focus();
  }

  /** @returns what is wrong with the code, if anything */
  private async confirm(code: string): Promise<Error | undefined> {
    const { connection } = this;
    if (!connection) return undefined;
    try {
      await api.confirm(connection.externalId, code);
    } catch (error) {
      if (!(error instanceof RejectedError && error.status === 401)) return error as Error;
      this.onError(error);
      return undefined;
    }
    await this.poller.now();
    element("connection-title").focus();
    return undefined;
  }
}
