/** The form with which a connection begins. */
import { readAccountId } from "./account-id.js";
import { api, type Connection, Refusal, type Region } from "./api.js";
import { busy, element, setText, show, showView } from "./elements.js";
import { nearestRegion } from "./nearest-region.js";
import { RegionPicker } from "./region-picker.js";

const NO_WISH = { accountId: "", region: "", key: "" };

export class StartView {
  private readonly account = element<HTMLInputElement>("account");
  private readonly trouble = element("start-trouble");
  private readonly picker = new RegionPicker(() => this.regionChanged());
  /** The last wish and its key: sent once more, it makes no second link. */
  private wish = NO_WISH;
  private proposed: string | undefined;

  constructor(
    private readonly onCreated: (connection: Connection) => void,
    private readonly onSignedOut: () => void,
  ) {
    const { account } = this;
    account.addEventListener("input", () => this.checkAccount(false));
    account.addEventListener("blur", () => this.checkAccount(account.value !== ""));
    const button = element<HTMLButtonElement>("make-link");
    // Pressed, the button would take the focus from a field, whose note would then move the button away from under the pointer.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    element("start-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void busy(button, () => this.submit());
    });
  }

  show(regions: readonly Region[]): void {
    this.picker.offer(regions);
    const open = regions.filter((region) => region.open).map(({ region }) => region);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    this.proposed = open.length === 1 ? open[0] : nearestRegion(timeZone, open);
    if (!this.picker.value) this.picker.choose(this.proposed);
    this.explainRegion();
    show(
      this.trouble,
      open.length === 0
        ? "No region takes new connections at the moment. Please come back later."
        : undefined,
    );
    showView("start", "Start");
  }

  /** For the next account: the wish is a new one, even with the same values. */
  clear(): void {
    this.account.value = "";
    this.wish = NO_WISH;
    this.noteAccount(undefined);
  }

  /** @param isFinished whether what is missing may be said, too */
  private checkAccount(isFinished: boolean): string | undefined {
    const read = readAccountId(this.account.value);
    const missing = read.state === "begun" ? read.missing : 0;
    const sentence =
      read.state === "wrong"
        ? read.sentence
        : isFinished && missing === 12
          ? "Enter the 12 digits of your AWS account."
          : isFinished && missing > 0
            ? `${missing === 1 ? "One digit is" : `${missing} digits are`} missing: an account ID has 12.`
            : undefined;
    this.noteAccount(sentence);
    return read.state === "complete" ? read.accountId : undefined;
  }

  private regionChanged(): void {
    if (this.picker.value) this.noteRegion(undefined);
    this.explainRegion();
  }

  private explainRegion(): void {
    const isProposed = this.proposed !== undefined && this.picker.value === this.proposed;
    setText(
      element("region-help"),
      `${isProposed ? "Proposed as the nearest to you. " : ""}The stack is created there; the role itself belongs to the whole account.`,
    );
  }

  private async submit(): Promise<void> {
    show(this.trouble, undefined);
    const accountId = this.checkAccount(true);
    const region = this.picker.value;
    this.noteRegion(
      region
        ? undefined
        : this.picker.text
          ? `“${this.picker.text}” is no region on offer: choose one from the list.`
          : "Choose a region.",
    );
    if (!accountId) return this.account.focus();
    if (!region) return this.picker.focus();
    if (this.wish.accountId !== accountId || this.wish.region !== region) {
      this.wish = { accountId, region, key: crypto.randomUUID() };
    }
    try {
      const connection = await api.create(accountId, region, this.wish.key);
      this.clear();
      this.onCreated(connection);
    } catch (error) {
      this.refused(error);
    }
  }

  private refused(error: unknown): void {
    const { message } = error as Error;
    const { status, field } = error instanceof Refusal ? error : { status: undefined, field: undefined };
    if (status === 401) {
      this.onSignedOut();
      return;
    }
    // After a refusal the next wish is another one; without an answer it may be granted already.
    if (status !== undefined) this.wish = NO_WISH;
    if (field === "accountId") {
      this.noteAccount(message);
      this.account.focus();
    } else if (field === "region") {
      this.noteRegion(message);
      this.picker.focus();
    } else {
      show(this.trouble, status === undefined ? `${message} Nothing is lost: try again.` : message);
    }
  }

  private noteRegion(sentence: string | undefined): void {
    setText(element("region-note"), sentence ?? "");
    this.picker.mark(sentence !== undefined);
  }

  private noteAccount(sentence: string | undefined): void {
    setText(element("account-note"), sentence ?? "");
    this.account.setAttribute("aria-invalid", String(sentence !== undefined));
  }
}
