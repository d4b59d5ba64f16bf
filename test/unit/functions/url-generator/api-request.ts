/** Requests as API Gateway passes them on, made and answered as with fetch. */
import type { ApiEvent, Router } from "../../../../functions/url-generator/router.js";

/** @param event more of the event, such as who API Gateway says is calling */
export async function requestTo(
  router: Pick<Router<unknown>, "handle">,
  address: string,
  init: RequestInit = {},
  event: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const request = new Request(new URL(address, "https://api.example.com"), init);
  const { host, pathname, search } = new URL(request.url);
  const { requestContext = {}, ...others } = event;
  const body = await request.text();
  const { statusCode, headers, ...result } = await router.handle({
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(request.headers),
    requestContext: { domainName: host, http: { method: request.method }, ...(requestContext as object) },
    ...(body !== "" && { body }),
    isBase64Encoded: false,
    ...others,
  } as ApiEvent);
  return new Response(statusCode === 204 ? null : (result.body ?? ""), {
    status: statusCode ?? 200,
    headers: headers as Record<string, string>,
  });
}
