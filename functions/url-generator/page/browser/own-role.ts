/** A role that the customer makes: what it has to look like, and the form that names it. */
import { API_LANGUAGE, api, type Connection, RejectedError } from "./api.js";
import { copyButton } from "./copy-button.js";
import { announce, busy, element, setText, show } from "./elements.js";
import { text } from "./texts.js";
import { ownRole, type RoleDescription } from "./tools.js";

/** As long as the API says: AWS needs a moment until it knows a new role everywhere. */
const RETRY_MILLISECONDS = 5000;

export class OwnRole {
  private connection: Connection | undefined;
  private readonly arn = element<HTMLInputElement>("role-arn");
  private readonly id = element<HTMLInputElement>("role-id");

  /**
   * @param needsId whether a role is named by its ID, too, in place of a code
   * @param onChanged called when the connection may be another one than it was
   * @param onError called with what is not about the role
   */
  constructor(
    private readonly needsId: (connection: Connection) => boolean,
    private readonly onChanged: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {
    copyButton("copy-role", () => element("role-cli").textContent ?? "");
    const button = element<HTMLButtonElement>("connect-role");
    for (const field of [this.arn, this.id]) field.addEventListener("input", () => this.note(field, ""));
    element("role-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void busy(button, () => this.submit());
    });
  }

  /** Shows it where the connection takes a role: a first one, or another in place of one that no longer works. */
  show(connection: Connection): void {
    if (connection.externalId !== this.connection?.externalId) this.clear();
    this.connection = connection;
    const { role, status, reason } = connection;
    const isWanted = role !== undefined && status !== "connected";
    element("own-role").hidden = !isWanted;
    if (!isWanted) return;
    setText(element("role-path"), role.path);
    setText(element("role-name"), role.name);
    setText(element("role-cli"), ownRole(role));
    setText(element("role-trust"), pretty(role.trustPolicy));
    setText(element("role-permissions"), permissionsOf(role));
    element("role-id-field").hidden = !this.needsId(connection);
    show(element("role-error"), status === "pending" ? reason : undefined, API_LANGUAGE);
  }

  private clear(): void {
    for (const field of [this.arn, this.id]) {
      field.value = "";
      this.note(field, "");
    }
    show(element("role-progress"), undefined);
  }

  private async submit(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    const [roleArn, roleId] = [this.arn.value.trim(), this.id.value.trim()];
    const isWithId = this.needsId(connection);
    if (roleArn === "") return this.note(this.arn, text("roleArnMissing"));
    if (isWithId && roleId === "") return this.note(this.id, text("roleIdMissing"));
    show(element("role-error"), undefined);
    this.progress(text("roleChecking"));
    try {
      await this.connect(connection.externalId, { roleArn, ...(isWithId && { roleId }) });
    } catch (error) {
      await this.reject(error);
    } finally {
      show(element("role-progress"), undefined);
    }
  }

  /** Names the role until that is decided, or somebody looks at another connection. */
  private async connect(externalId: string, role: Parameters<typeof api.connectRole>[1]): Promise<void> {
    while (this.connection?.externalId === externalId) {
      const { status, roleArn } = await api.connectRole(externalId, role);
      if (status === "connected" && roleArn === role.roleArn) return this.onChanged();
      this.progress(text("roleNotReady"));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }

  private async reject(error: unknown): Promise<void> {
    if (!(error instanceof RejectedError)) {
      return show(element("role-error"), text("nothingLost", { problem: (error as Error).message }));
    }
    if (error.status === 401) return this.onError(error);
    if (error.status === 400 && error.field === "roleId")
      return this.note(this.id, error.message, API_LANGUAGE);
    if (error.status === 400) return this.note(this.arn, error.message, API_LANGUAGE);
    // It may have ended meanwhile: then that is what the page shows next.
    if (error.status === 409) await this.onChanged();
    show(element("role-error"), error.message, API_LANGUAGE);
    announce(error.message);
  }

  private progress(message: string): void {
    show(element("role-progress"), message);
    announce(message);
  }

  private note(field: HTMLInputElement, problem: string, language?: string): void {
    setText(element(`${field.id}-note`), problem, language);
    field.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) field.focus();
  }
}

function permissionsOf({ permissionsPolicy, managedPolicies }: RoleDescription): string {
  return [...(permissionsPolicy ? [pretty(permissionsPolicy)] : []), ...managedPolicies].join("\n");
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
