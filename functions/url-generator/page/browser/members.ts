/** How far the accounts of an organization are, and why some are missing. */
import { API_LANGUAGE, api, type Connection, type Organization, RejectedError } from "./api.js";
import { busy, element, setText, show } from "./elements.js";
import { formatNumber, formatTime, text } from "./texts.js";

export class Members {
  private externalId = "";

  /** @param onError called when the visitor is nobody any more */
  constructor(
    private readonly onLooking: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {
    const button = element<HTMLButtonElement>("look-again");
    button.addEventListener("click", () => void busy(button, () => this.lookAgain()));
  }

  /** Nothing for the connection of one account. */
  show(connection: Connection | Organization): void {
    const { externalId, status, confirmation } = connection;
    const isShown = "counts" in connection && status === "connected" && confirmation !== "required";
    element("members").hidden = !isShown;
    if (externalId !== this.externalId) show(element("members-note"), undefined);
    this.externalId = externalId;
    if (isShown) this.render(connection);
  }

  private render({ counts, total, listedAt, listingProblem, reasons }: Organization): void {
    const { connected } = counts;
    const values = { connected: formatNumber(connected), total: formatNumber(total) };
    setText(element("members-count"), text(listedAt ? "membersConnected" : "membersUnknown", values));
    const progress = element<HTMLProgressElement>("members-progress");
    progress.hidden = !listedAt;
    progress.max = Math.max(total, 1);
    progress.value = connected;
    show(element("members-listed"), listedAt && text("membersListed", { time: formatTime(listedAt) }));
    show(element("members-problem"), listingProblem, API_LANGUAGE);
    element("members-missing").hidden = reasons.length === 0;
    element("members-reasons").replaceChildren(
      ...reasons.map(({ reason, count }) => {
        const row = document.createElement("tr");
        const [accounts, why] = [document.createElement("td"), document.createElement("td")];
        setText(accounts, formatNumber(count));
        setText(why, reason, API_LANGUAGE);
        row.append(accounts, why);
        return row;
      }),
    );
  }

  private async lookAgain(): Promise<void> {
    const note = element("members-note");
    try {
      await api.lookAgain(this.externalId);
      show(note, text("lookingAgain"));
      await this.onLooking();
    } catch (error) {
      const isRejected = error instanceof RejectedError;
      if (isRejected && error.status === 401) return this.onError(error);
      show(note, (error as Error).message, isRejected ? API_LANGUAGE : undefined);
    }
  }
}
