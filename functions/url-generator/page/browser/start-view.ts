/** The form that a connection starts with. */
import { titleAccess } from "./access-panel.js";
import { formatAccountId, readAccountId } from "./account-id.js";
import { api, type Connection, type Region, RejectedError } from "./api.js";
import { busy, element, setText, show } from "./elements.js";
import { showIdentity } from "./identity-view.js";
import { nearestRegion } from "./nearest-region.js";
import { ownConnections } from "./own-connections.js";
import { OwnList } from "./own-list.js";
import { RegionPicker } from "./region-picker.js";
import { made } from "./tab-memory.js";
import { counted, text } from "./texts.js";
import { tiers } from "./tiers.js";
import { showView } from "./views.js";
import { whole } from "./whole-choice.js";

const NO_SUBMISSION = { body: "", key: "" };

export class StartView {
  private readonly account = element<HTMLInputElement>("account");
  private readonly boundary = element<HTMLInputElement>("boundary");
  private readonly error = element("start-error");
  private readonly own: OwnList;
  private readonly picker = new RegionPicker(() => this.regionChanged());
  /** What was last submitted, and its idempotency key: submitted again, it creates no second link. */
  private submission = NO_SUBMISSION;
  private suggested: string | undefined;
  private regions: readonly Region[] = [];

  constructor(
    private readonly onCreated: (connection: Connection) => void,
    private readonly onSignedOut: () => void,
  ) {
    const { account } = this;
    this.own = new OwnList((error) => this.showError(error));
    account.addEventListener("input", () => {
      this.checkAccount(false);
      this.showKnown([]);
    });
    whole.onChange(() => this.offerRegions());
    tiers.onChange(() => tiers.describe(tiers.chosen));
    this.boundary.addEventListener("input", () => this.noteBoundary(undefined));
    account.addEventListener("blur", () => this.checkAccount(account.value !== ""));
    const button = element<HTMLButtonElement>("create-link");
    // Pressing the button would take the focus from a field, whose note would then move the button away from under the pointer.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    element("start-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void busy(button, () => this.submit());
    });
  }

  /** @param again what to fill in; otherwise what was typed stays */
  show(regions: readonly Region[], again?: Connection): void {
    this.regions = regions;
    if (again) {
      whole.choose(again.kind === "organization");
      this.account.value = formatAccountId(again.accountId);
      this.boundary.value = again.permissionsBoundary ?? "";
      if (again.tier) tiers.choose(again.tier);
      element<HTMLDetailsElement>("advanced").open = this.boundary.value !== "";
    }
    whole.show();
    this.offerRegions(again?.region);
    tiers.describe(tiers.chosen);
    showIdentity("start-identity");
    show(this.error, regions.some(({ open }) => open) ? undefined : text("noRegionOpen"));
    showView("start", text("start"));
    titleAccess();
    this.own.show(regions);
  }

  /** Offers the regions that there are for what is to connect. @param wanted is chosen if it is one of them, and otherwise the nearest */
  private offerRegions(wanted = this.picker.value): void {
    const offered = whole.among(this.regions);
    const open = offered.filter((region) => region.open).map(({ region }) => region);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    this.suggested = open.length === 1 ? open[0] : nearestRegion(timeZone, open);
    this.picker.offer(offered);
    this.picker.choose(wanted !== undefined && open.includes(wanted) ? wanted : this.suggested);
    this.regionChanged();
  }

  /** Prepares for the next account: what is submitted then is new, even with the same values. */
  clear(): void {
    this.account.value = "";
    this.boundary.value = "";
    this.submission = NO_SUBMISSION;
    this.noteAccount(undefined);
    this.noteBoundary(undefined);
    this.showKnown([]);
  }

  /** Says that an account has connections or waiting links, before it gets another one. */
  private showKnown(connections: readonly Connection[]): void {
    element("known").hidden = connections.length === 0;
    element("known-list").replaceChildren(
      ...connections.map((connection) =>
        this.own.item(connection, () => this.showKnown(connections.filter((other) => other !== connection))),
      ),
    );
    setText(element("create-link"), text(connections.length === 0 ? "continue" : "createAnotherLink"));
  }

  /** @returns whether the visitor has to see first what the account has; who was shown it goes on */
  private async hasToKnow(accountId: string): Promise<boolean> {
    if (!element("known").hidden) return false;
    // What cannot be found out must not keep anybody from connecting.
    const { connections } = await ownConnections({ accountId }).catch(() => ({ connections: [] }));
    this.showKnown(connections);
    if (connections.length > 0) element("known-title").focus();
    return connections.length > 0;
  }

  /** @param isFinished whether to mention what is missing, too */
  private checkAccount(isFinished: boolean): string | undefined {
    const read = readAccountId(this.account.value);
    const missing = read.state === "incomplete" ? read.missing : 0;
    const note =
      read.state === "invalid"
        ? read.message
        : isFinished && missing === 12
          ? text("accountMissing")
          : isFinished && missing > 0
            ? counted(missing, "digitMissing", "digitsMissing")
            : undefined;
    this.noteAccount(note);
    return read.state === "complete" ? read.accountId : undefined;
  }

  private regionChanged(): void {
    if (this.picker.value) this.noteRegion(undefined);
    this.explainRegion();
  }

  private explainRegion(): void {
    const isSuggested = this.suggested !== undefined && this.picker.value === this.suggested;
    setText(element("region-code"), this.picker.value ?? "");
    setText(element("region-why"), text(isSuggested ? "regionHelpSuggested" : "regionHelp"));
  }

  private async submit(): Promise<void> {
    show(this.error, undefined);
    const accountId = this.checkAccount(true);
    const region = this.picker.value;
    this.noteRegion(
      region
        ? undefined
        : this.picker.text
          ? text("regionUnknown", { text: this.picker.text })
          : text("regionMissing"),
    );
    if (!accountId) return this.account.focus();
    if (!region) return this.picker.focus();
    const permissionsBoundary = this.boundary.value.trim();
    const tier = tiers.chosen;
    const body = {
      accountId,
      region,
      ...(permissionsBoundary && { permissionsBoundary }),
      ...(tier && { tier }),
    };
    const what = whole.isChosen ? "organizations" : "connections";
    const wanted = JSON.stringify([what, body]);
    const isRepeated = this.submission.body === wanted;
    if (!isRepeated && (await this.hasToKnow(accountId))) return;
    if (!isRepeated) this.submission = { body: wanted, key: crypto.randomUUID() };
    try {
      const connection = await api.create(body, this.submission.key, what);
      made.add(connection.externalId);
      this.clear();
      this.onCreated(connection);
    } catch (error) {
      this.showError(error);
    }
  }

  private showError(error: unknown): void {
    const { message } = error as Error;
    const { status, field, language }: Partial<RejectedError> = error instanceof RejectedError ? error : {};
    if (status === 401) {
      this.onSignedOut();
      return;
    }
    // What was rejected is over. What got no response may have been done, so it keeps its key.
    if (status !== undefined) this.submission = NO_SUBMISSION;
    if (field === "accountId") {
      this.noteAccount(message, language);
      this.account.focus();
    } else if (field === "region") {
      this.noteRegion(message, language);
      this.picker.focus();
    } else if (field === "permissionsBoundary") {
      this.noteBoundary(message, language);
      element<HTMLDetailsElement>("advanced").open = true;
      this.boundary.focus();
    } else {
      if (status === undefined) show(this.error, text("nothingLost", { problem: message }));
      else show(this.error, message, language);
    }
  }

  private noteRegion(note: string | undefined, language?: string): void {
    setText(element("region-note"), note ?? "", language);
    this.picker.mark(note !== undefined);
  }

  private noteBoundary(note: string | undefined, language?: string): void {
    setText(element("boundary-note"), note ?? "", language);
    this.boundary.setAttribute("aria-invalid", String(note !== undefined));
  }

  private noteAccount(note: string | undefined, language?: string): void {
    setText(element("account-note"), note ?? "", language);
    this.account.setAttribute("aria-invalid", String(note !== undefined));
  }
}
