/**
 * How the functions speak TLS: with Node's own settings, made once. Node would read its 140 root certificates and set up OpenSSL
 * again for each connection of each client; here that happens while the function loads, when Lambda gives it a whole
 * processor, and never again.
 */
import { Agent } from "node:https";
import { createSecureContext } from "node:tls";

const secureContext = createSecureContext();

/** Keeps its connections: for services whose answers do not depend on which connection asks. */
export const keepingAgent = new Agent({ secureContext, keepAlive: true, maxSockets: 50 });

/** Makes a connection for each request. */
export const freshAgent = new Agent({ secureContext, keepAlive: false });
