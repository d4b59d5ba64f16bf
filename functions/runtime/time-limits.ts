/** How long a call of AWS may take, as the SDK's clients take it for their `requestHandler`. */
export interface TimeLimits {
  /** For the TCP and TLS handshakes, in milliseconds. */
  readonly connectionTimeout: number;
  /** From the request until the response begins, in milliseconds. */
  readonly requestTimeout: number;
  /** Without it, `requestTimeout` only logs a warning, and a connection that hangs is waited for to the end. */
  readonly throwOnRequestTimeout: true;
}

/**
 * Limits with which a client gives a hung connection up, so that there is time left for another try.
 *
 * @param connectionTimeout milliseconds
 * @param requestTimeout milliseconds
 */
export function timeLimits(connectionTimeout = 1000, requestTimeout = 3000): TimeLimits {
  return { connectionTimeout, requestTimeout, throwOnRequestTimeout: true };
}
