/**
 * Signing in at the vendor's application. A token is taken only as the answer to a sign-in that this tab began: otherwise anybody
 * could send a visitor here with a token of their own, and would own whatever the visitor connects. The state is OAuth 2.0's defense
 * against the same attack (RFC 6749, section 10.12).
 */
import type { SignInAnswer } from "./address.js";

/** The sign-in that the tab began last. */
const BEGUN = "onboarding-sign-in";

interface BegunSignIn {
  readonly state: string;
  /** The connection that the visitor was looking at. */
  readonly externalId?: string;
}

export class SignIn {
  /** @param storage the tab's own, which no other site can write */
  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly loginUrl: string,
  ) {}

  /** Whether a sign-in was begun and no answer to it has come. */
  get isBegun(): boolean {
    return this.read() !== undefined;
  }

  /**
   * @param externalId the connection to continue with
   * @param isSwitch whether to sign in as somebody else, although the application may know the visitor
   * @returns the address in the vendor's application to go to
   */
  begin(externalId: string | undefined, isSwitch = false): string {
    const state = crypto.randomUUID();
    this.storage.setItem(BEGUN, JSON.stringify({ state, externalId }));
    const address = new URL(this.loginUrl);
    address.searchParams.set("state", state);
    if (isSwitch) address.searchParams.set("prompt", "login");
    return address.href;
  }

  /** Ends the sign-in that an answer belongs to. @returns undefined if the answer is to none that this tab began */
  complete({ state }: SignInAnswer): { readonly externalId?: string } | undefined {
    const begun = this.read();
    // A sign-in stays begun when somebody else's answer comes in between.
    if (!begun || begun.state !== state) return undefined;
    this.storage.removeItem(BEGUN);
    return begun;
  }

  private read(): BegunSignIn | undefined {
    return JSON.parse(this.storage.getItem(BEGUN) ?? "null") ?? undefined;
  }
}
