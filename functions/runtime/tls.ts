/** What all TLS connections have in common. */
import { createSecureContext, type SecureContext } from "node:tls";

/**
 * For agents whose connections are used once: Node would make a new context, which is a sixth of what a connection costs, for each. It is made
 * while the function loads, for which Lambda gives it more of a processor than it has later.
 */
export const secureContext: SecureContext = createSecureContext();
