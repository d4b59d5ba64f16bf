/** Connections that are used once, without what Node would do for each of them. */
import { Agent } from "node:https";
import { createSecureContext, type SecureContext } from "node:tls";

/**
 * An agent whose connections are new ones for each request, and share a TLS context and TLS sessions. Node would make a context for each, which
 * is a fifth of what a new connection costs.
 */
export class OneContextAgent extends Agent {
  private context: SecureContext | undefined;

  constructor() {
    super({ keepAlive: false });
  }

  /** With the context of the first connection: all of them have the same options. */
  override createConnection(...[options, callback]: Parameters<Agent["createConnection"]>) {
    this.context ??= createSecureContext(options);
    const shared = { ...options, secureContext: this.context };
    return super.createConnection(shared, callback);
  }
}
