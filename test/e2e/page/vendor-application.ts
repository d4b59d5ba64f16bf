/** The vendor's application, with the example's handler at `loginUrl`: visitors have a session in it, or sign in when asked to. */
import { createServer, type Server } from "node:http";
import { close, listen, urlOf } from "../../../emulator/aws/loopback.js";
import { connectHandler } from "../../../examples/sign-in/connect.js";
import type { Visitor } from "./visitor.js";

const APPLICATION = "https://app.example.com";
export const LOGIN_URL = `${APPLICATION}/connect?from=onboarding`;

export class VendorApplication {
  /** The queries with which the page sent visitors here. */
  readonly asked: URLSearchParams[] = [];

  private constructor(private readonly server: Server) {}

  /** @param onboardingUrl with a slash at the end */
  static async start(onboardingUrl: string): Promise<VendorApplication> {
    const handler = connectHandler({
      onboardingUrl,
      signInUrl: "/login?next=/connect",
      tokenOf: async ({ headers }) => headers["x-session"]?.toString(),
      signOut: (response) => response.setHeader("Set-Cookie", "session=; Max-Age=0"),
    });
    const server = createServer((request, response) => void handler(request, response));
    await listen(server);
    return new VendorApplication(server);
  }

  stop(): Promise<void> {
    return close(this.server);
  }

  /** Lets a visitor's browser find it. @param tokenOf the token for the visitor's session, if there is one */
  async serve(visitor: Visitor, tokenOf: () => string | undefined): Promise<void> {
    visitor.allowed.push(APPLICATION);
    await visitor.context.route(`${APPLICATION}/**`, async (route) => {
      const { pathname, search, searchParams } = new URL(route.request().url());
      if (pathname !== "/connect")
        return route.fulfill({ contentType: "text/html", body: "<h1>Credentials</h1>" });
      this.asked.push(searchParams);
      const token = tokenOf();
      const response = await fetch(`${urlOf(this.server)}${pathname}${search}`, {
        redirect: "manual",
        headers: token === undefined ? {} : { "X-Session": token },
      });
      // The browser would follow a redirect without asking here again.
      const location = new URL(response.headers.get("location") ?? "", APPLICATION).href;
      const body = `<script>location.replace(${JSON.stringify(location)})</script>`;
      await route.fulfill({ contentType: "text/html", body });
    });
  }
}
