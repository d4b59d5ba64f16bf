/** One connection, from its link to its end: what is done, what to do next, what went wrong. */
import { formatAccountId } from "./account-id.js";
import { api, type Connection, NoResponse, Refusal, type Region } from "./api.js";
import { config } from "./config.js";
import { announce, busy, copy, element, setText, show, showView } from "./elements.js";
import { Poller } from "./poller.js";

type StepState = "done" | "now" | "next" | "failed";

/** What a connection says of itself; where `ending` is set, there are no steps left. */
interface Summary {
  readonly title: string;
  readonly lead: string;
  readonly ending?: { readonly title: string; readonly text: string; readonly isBad: boolean };
}

/** Longer than a stack takes. */
const PATIENCE_MILLISECONDS = 90_000;

const STEPS = ["link", "stack", "role", "code", "connected"] as const;

/** Who gets access is the first thing to check, and after the end the first to know. */
const GRANTED_TITLES: Readonly<Record<Connection["status"], string>> = {
  pending: "You are connecting to",
  connected: "Connected to",
  unreachable: "Connected to",
  unsafe: "Connected to",
  disconnected: "Was connected to",
  expired: "Was to be connected to",
  cancelled: "Was to be connected to",
};

/** What a screen reader says before a step's heading. */
const SPOKEN: Readonly<Record<StepState, string>> = {
  done: "Done: ",
  now: "Now: ",
  next: "Later: ",
  failed: "Failed: ",
};

export class ConnectionView {
  private connection: Connection | undefined;
  private regions: readonly Region[] = [];
  /** When the console was opened for the attempt that is under way. */
  private openedAt: number | undefined;
  private readonly poller = new Poller(() => this.refresh());

  constructor(
    private readonly onTrouble: (error: unknown) => void,
    onStartOver: () => void,
  ) {
    const open = element("open-console");
    open.addEventListener("click", () => {
      this.openedAt = Date.now();
      this.poller.start();
      this.render();
    });
    element("start-over").addEventListener("click", onStartOver);
    copyButton("copy-link", () => this.connection?.link ?? "", element<HTMLTextAreaElement>("link-text"));
    copyButton("copy-address", () => location.href);
    this.listenForCancel();
    this.listenForCode();
  }

  /** Reads the connection and shows it, then follows it. */
  async open(externalId: string, regions: Promise<readonly Region[]>): Promise<void> {
    this.close();
    // Names of regions are nice to have; their codes do where they do not come.
    const [connection, names] = await Promise.all([api.read(externalId), regions.catch(() => [])]);
    this.regions = names;
    this.show(connection);
  }

  show(connection: Connection, regions: readonly Region[] = this.regions): void {
    this.regions = regions;
    this.connection = connection;
    this.openedAt = undefined;
    show(element("poll-trouble"), undefined);
    this.render();
    if (isGoingOn(connection)) this.poller.start();
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
      // Meanwhile another one was opened, which is to be followed now.
      if (this.connection?.externalId !== fresh.externalId) return true;
      show(element("poll-trouble"), undefined);
      this.change(fresh);
      return isGoingOn(fresh);
    } catch (error) {
      if (this.connection?.externalId !== connection.externalId) return true;
      if (!(error instanceof NoResponse) && !(error instanceof Refusal && error.status === 429)) {
        this.close();
        this.onTrouble(error);
        return false;
      }
      show(element("poll-trouble"), `${error.message} This page keeps trying.`);
      return true;
    }
  }

  /** Shows the connection as it is now, and has what is new said aloud. */
  private change(fresh: Connection): void {
    const before = this.connection;
    this.connection = fresh;
    // After a failed attempt the console has to be opened again.
    if (fresh.reason !== before?.reason) this.openedAt = undefined;
    this.render();
    if (fresh.status !== before?.status || fresh.confirmation !== before?.confirmation) {
      announce(`${this.summary.title}. ${this.summary.lead}`);
    } else if (fresh.reason && fresh.reason !== before?.reason) {
      announce(`The last attempt did not work. ${fresh.reason}`);
    }
  }

  private get summary(): Summary {
    return summaryOf(this.connection as Connection);
  }

  private render(): void {
    const { connection } = this;
    if (!connection) return;
    const { status, reason, accountId, region, link, expiresAt, statusChangedAt, confirmation } = connection;
    const { title, lead, ending } = this.summary;
    const account = formatAccountId(accountId);
    setText(element("connection-title"), title);
    setText(element("connection-lead"), lead);
    const isConnected = status === "connected";
    const needsCode = confirmation === "required";
    setText(element("granted-title"), GRANTED_TITLES[status]);
    setText(element("granted-to"), connection.grantedTo);
    setText(element("connection-account"), account);
    const { name = region } = this.regions.find((offered) => offered.region === region) ?? {};
    setText(element("connection-region"), name);
    show(element("connection-code"), name === region ? undefined : region);
    element("connection").dataset.status = needsCode && isConnected ? "pending" : status;

    element("steps").hidden = ending !== undefined;
    this.renderSteps(connection);
    setText(
      element("expiry"),
      status === "pending" ? `Good until ${shownTime(expiresAt)}, for this one account.` : "",
    );
    setText(element("stack-title"), isConnected ? "Stack created" : "Create the stack");
    setText(element("code-title"), isConnected && !needsCode ? "Code entered" : "Enter the code");
    setText(element("stack-account"), account);
    element("stack-help").hidden = status !== "pending";
    element("attempt").hidden = !reason;
    setText(element("reason"), status === "pending" && reason ? reason : "");
    const open = element<HTMLAnchorElement>("open-console");
    if (link) open.href = link;
    open.classList.toggle("primary", !this.openedAt);
    open.classList.toggle("secondary", this.openedAt !== undefined);
    element("waiting").dataset.state = this.openedAt ? "expecting" : "idle";
    setText(element("waiting-text"), this.waitingFor);
    element("code-form").hidden = !isConnected || !needsCode;
    show(
      element("connected-since"),
      isConnected && !needsCode && statusChangedAt ? `Since ${shownTime(statusChangedAt)}.` : undefined,
    );

    const notice = element("ending");
    notice.hidden = ending === undefined;
    notice.classList.toggle("bad", ending?.isBad === true);
    setText(element("ending-title"), ending?.title ?? "");
    setText(element("ending-text"), ending?.text ?? "");
    show(element("ending-reason"), ending && reason);

    element("share").hidden = !isGoingOn(connection);
    setText(element("share-text"), SHARING[config.auth](account));
    element("cancel").hidden = status !== "pending";
    setText(element("start-over"), isConnected ? "Connect another account" : "Start over");
    element("connection-actions").hidden = isConnected && needsCode;
    showView("connection", title);
  }

  private renderSteps(connection: Connection): void {
    const states = stepStates(connection);
    for (const step of STEPS) {
      const item = element(`step-${step}`);
      const state = states[step];
      item.hidden = state === undefined;
      if (state === undefined) continue;
      item.dataset.state = state;
      setText(item.querySelector(".state") as HTMLElement, SPOKEN[state]);
      if (state === "now") item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }

  /** A stack in an account that the link is not for may never be heard of: then the customer has to look there. */
  private get waitingFor(): string {
    if (!this.openedAt) return "This page moves on by itself as soon as the stack is there.";
    return Date.now() - this.openedAt < PATIENCE_MILLISECONDS
      ? "Waiting for your stack. It takes about a minute; this page moves on by itself."
      : `Nothing has arrived yet. If the stack failed, its events in the AWS console say why; “not authorized” means that it is in another account than ${formatAccountId(this.connection?.accountId ?? "")}.`;
  }

  private listenForCancel(): void {
    const dialog = element<HTMLDialogElement>("cancel-dialog");
    const button = element<HTMLButtonElement>("cancel");
    button.addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "cancel") void busy(button, () => this.cancel());
      dialog.returnValue = "";
    });
  }

  private async cancel(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    try {
      await api.cancel(connection.externalId);
    } catch (error) {
      // It may be connected by now: then that is what the page shows next.
      if (error instanceof Refusal && error.status !== 401) announce(error.message);
      else if (error instanceof NoResponse)
        return show(element("poll-trouble"), `${error.message} The link is not cancelled yet.`);
      else return this.onTrouble(error);
    }
    await this.poller.now();
    element("connection-title").focus();
  }

  private listenForCode(): void {
    const form = element<HTMLFormElement>("code-form");
    const field = element<HTMLInputElement>("code");
    const button = form.querySelector("button") as HTMLButtonElement;
    const note = (sentence: string) => {
      setText(element("code-note"), sentence);
      field.setAttribute("aria-invalid", String(sentence !== ""));
      if (sentence) field.focus();
    };
    field.addEventListener("input", () => note(""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = field.value.trim();
      if (code === "") return note("Enter the code.");
      void busy(button, async () => {
        const { connection } = this;
        if (!connection) return;
        try {
          await api.confirm(connection.externalId, code);
          field.value = "";
          await this.poller.now();
          element("connection-title").focus();
        } catch (error) {
          if (error instanceof Refusal && error.status === 401) this.onTrouble(error);
          else note((error as Error).message);
        }
      });
    });
  }
}

/** Whether something can still change without the customer beginning anew. */
function isGoingOn({ status, confirmation }: Connection): boolean {
  return status === "pending" || (status === "connected" && confirmation === "required");
}

function stepStates({
  status,
  reason,
  confirmation,
}: Connection): Record<(typeof STEPS)[number], StepState | undefined> {
  const isConnected = status === "connected";
  const hasCode = confirmation !== undefined || config.confirmation === "code";
  const needsCode = confirmation === "required";
  return {
    link: "done",
    stack: isConnected ? "done" : reason ? "failed" : "now",
    role: isConnected ? "done" : "next",
    code: hasCode ? (!isConnected ? "next" : needsCode ? "now" : "done") : undefined,
    connected: isConnected && !needsCode ? "done" : "next",
  };
}

function summaryOf({
  status,
  reason,
  confirmation,
  expiresAt,
  statusChangedAt,
  grantedTo,
}: Connection): Summary {
  const when = statusChangedAt ? ` on ${shownTime(statusChangedAt)}` : "";
  switch (status) {
    case "pending":
      return {
        title: reason ? "Not connected yet" : "Your link is ready",
        lead: reason
          ? "See below what went wrong, and try again."
          : "One step is left, and it takes place in the AWS console.",
      };
    case "connected":
      return confirmation === "required"
        ? { title: "Almost connected", lead: "The role works. Now show that the connection is yours." }
        : {
            title: "Your account is connected",
            lead: `${grantedTo} can use the role now. You can close this page.`,
          };
    case "expired":
      return ended("This link has expired", "Nothing was connected with it.", {
        title: `It was good until ${shownTime(expiresAt)}`,
        text: "Links stop by themselves, so that none that was forgotten can be used. Start over to make a new one; a stack that failed can be deleted.",
        isBad: false,
      });
    case "cancelled":
      return ended("This link is cancelled", "Nothing was connected with it.", {
        title: `Cancelled${when}`,
        text: "Nobody can connect an account with it any more. If you started a stack with it, it fails and CloudFormation takes it back.",
        isBad: false,
      });
    case "disconnected":
      return ended("This connection has ended", `${grantedTo} has no access with it any more.`, {
        title: `Disconnected${when}`,
        text: "The stack was deleted, and the role with it. Start over to connect again.",
        isBad: false,
      });
    case "unreachable":
      return ended("The role does not work any more", `${grantedTo} cannot use it at the moment.`, {
        title: `Found${when}`,
        text: "Update the stack in the AWS console with its own template to bring the role back. Or delete the stack, and start over.",
        isBad: true,
      });
    case "unsafe":
      return ended("The role is not safe", "It was changed so that others might use it through us.", {
        title: `Found${when}`,
        text: "Update the stack in the AWS console with its own template to bring the role's trust policy back. Or delete the stack, and start over.",
        isBad: true,
      });
  }
}

function ended(title: string, lead: string, ending: NonNullable<Summary["ending"]>): Summary {
  return { title, lead, ending };
}

/** Who can do what with the page's address. */
const SHARING = {
  jwt: (account: string) =>
    `Open this page's address on another device after signing in there. Or give the link to the AWS console to whoever manages the account ${account}: it connects this account only, and once.`,
  none: (account: string) =>
    `Whoever has this page's address sees this connection and can cancel its link, so give it only to people you trust. The link can connect the account ${account} only, and once; creating the stack takes the right to do so in that account.`,
};

function shownTime(time: string): string {
  return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

/** Makes a button copy a text, and say so. @param fallback shows the text where the browser does not let it be copied */
function copyButton(id: string, text: () => string, fallback?: HTMLTextAreaElement): void {
  const button = element(id);
  const label = button.querySelector("span") as HTMLElement;
  const usual = label.textContent ?? "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener("click", async () => {
    const isCopied = await copy(text());
    if (!isCopied && fallback) {
      fallback.value = text();
      fallback.hidden = false;
      fallback.focus();
      fallback.select();
    }
    const sentence = isCopied ? "Copied" : fallback ? "Copy it from below" : "Copy it from the address bar";
    setText(label, sentence);
    announce(sentence);
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(label, usual);
      announce("");
    }, 4000);
  });
}
