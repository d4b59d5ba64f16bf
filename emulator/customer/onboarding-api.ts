/** The URL generator's API, as a customer's browser or the vendor's back end calls it. */

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

/** Who calls the API: the headers that say so, for a request. */
export type Caller = (request: {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
}) => Readonly<Record<string, string>>;

const anybody: Caller = () => ({});

/** Asks for a link. @returns the response, whatever it is */
export async function requestLink(
  onboardingUrl: string,
  link: LinkRequest,
  caller = anybody,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const request = { method: "POST", url: `${onboardingUrl}/connections`, body: JSON.stringify(link) };
  const response = await fetch(request.url, {
    ...request,
    headers: { "Content-Type": "application/json", ...caller(request) },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Asks for a link. @throws Error with the API's own sentence where it rejects the request */
export async function createLink(
  onboardingUrl: string,
  link: LinkRequest,
  caller?: Caller,
): Promise<CreatedLink> {
  const { status, body } = await requestLink(onboardingUrl, link, caller);
  if (status !== 201) {
    throw new Error(
      `POST /connections returned ${status}: ${body.detail ?? body.message ?? JSON.stringify(body)}`,
    );
  }
  return body as unknown as CreatedLink;
}
