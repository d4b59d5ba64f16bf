/**
 * The page at `loginUrl`, in an application of the vendor's: sends a visitor who is signed in there to the onboarding page, with a
 * token for its API. "Connect AWS account" in the application can link to the onboarding page itself, which comes here by itself.
 *
 *   createServer(connectHandler({ onboardingUrl, signInUrl: "/login?next=/connect", tokenOf, signOut })).listen(8080);
 */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface ConnectHandlerArgs {
  /** The stack's output `onboardingUrl`, from the configuration: an address that a request names could be anybody's. */
  readonly onboardingUrl: string;
  /** Where visitors enter their credentials. From there they come back to `/connect` with the same query. */
  readonly signInUrl: string;
  /** @returns a token for the visitor of this session, or undefined if nobody is signed in */
  readonly tokenOf: (request: IncomingMessage) => Promise<string | undefined>;
  /** Ends the visitor's session. */
  readonly signOut: (response: ServerResponse) => void;
}

export function connectHandler({ onboardingUrl, signInUrl, tokenOf, signOut }: ConnectHandlerArgs) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { searchParams } = new URL(request.url ?? "", "https://this-application.invalid");
    const state = searchParams.get("state") ?? "";
    const isSwitch = searchParams.get("prompt") === "login";
    const token = isSwitch ? undefined : await tokenOf(request);
    if (isSwitch) signOut(response);
    const location =
      // Who begins here has no state: the page makes one and comes back.
      state === ""
        ? onboardingUrl
        : token === undefined
          ? withQuery(signInUrl, { state })
          : `${onboardingUrl}#${new URLSearchParams({ token, state })}`;
    response.writeHead(302, { Location: location, "Cache-Control": "no-store" }).end();
  };
}

/** @param path may have a query already */
function withQuery(path: string, fields: Readonly<Record<string, string>>): string {
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(fields)}`;
}
