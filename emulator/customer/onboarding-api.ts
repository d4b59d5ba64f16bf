/** The URL generator's API, as a customer's browser calls it. */

/** A connection with its link, as the API returns it. */
export interface CreatedLink {
  readonly externalId: string;
  readonly link: string;
  readonly expiresAt: string;
}

interface LinkRequest {
  readonly accountId: string;
  readonly region: string;
  readonly tenant?: string;
  readonly permissionsBoundary?: string;
}

/** Asks for a link. @returns the response, whatever it is */
export async function requestLink(
  onboardingUrl: string,
  body: LinkRequest,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${onboardingUrl}/connections`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Asks for a link. @throws Error with the API's own sentence where it rejects the request */
export async function createLink(onboardingUrl: string, request: LinkRequest): Promise<CreatedLink> {
  const { status, body } = await requestLink(onboardingUrl, request);
  if (status !== 201) {
    throw new Error(`POST /connections returned ${status}: ${body.detail ?? JSON.stringify(body)}`);
  }
  return body as unknown as CreatedLink;
}
