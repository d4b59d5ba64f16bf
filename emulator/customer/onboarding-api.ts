/** The URL generator's API, as a customer's browser or the vendor's back end calls it. */
import type { StackDescription } from "../../functions/url-generator/link.js";
import type { RoleDescription } from "../../functions/url-generator/role-description.js";

/** A connection with its link, as the API returns it. */
export interface CreatedLink {
  readonly externalId: string;
  readonly link: string;
  readonly stack: StackDescription;
}

/** A connection for a role that the customer makes, as the API returns it. */
export interface WantedRole {
  readonly externalId: string;
  readonly role: RoleDescription;
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

interface ApiResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks for a link as anybody. @returns the response, whatever it is */
export function requestLink(onboardingUrl: string, link: LinkRequest): Promise<ApiResponse> {
  return send({ method: "POST", url: `${onboardingUrl}/connections`, body: JSON.stringify(link) });
}

/** Asks for a link. @throws Error with the API's own sentence where it rejects the request */
export function createLink(onboardingUrl: string, link: LinkRequest, caller?: Caller): Promise<CreatedLink> {
  return callApi(onboardingUrl, { call: "POST /connections", body: link }, caller);
}

/**
 * Makes one call.
 * @param request its method and path, and what to send
 * @returns what the API returns, if it does what it is asked for at once
 * @throws Error with the API's own sentence otherwise
 */
export async function callApi<Result>(
  onboardingUrl: string,
  request: { readonly call: string; readonly body?: unknown },
  caller?: Caller,
): Promise<Result> {
  const [method = "", path = ""] = request.call.split(" ");
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const response = await send({ method, url: onboardingUrl + path, body }, caller);
  const { status, body: result } = response;
  if (![200, 201, 204].includes(status)) {
    const sentence = result.detail ?? result.message ?? JSON.stringify(result);
    throw new Error(`${request.call} returned ${status}: ${sentence}`);
  }
  return result as Result;
}

async function send(request: Parameters<Caller>[0], caller: Caller = anybody): Promise<ApiResponse> {
  const { method, url, body } = request;
  const headers = { ...(body !== undefined && { "Content-Type": "application/json" }), ...caller(request) };
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
}
