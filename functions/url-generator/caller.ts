import type {
  APIGatewayProxyEventV2WithIAMAuthorizer,
  APIGatewayProxyEventV2WithJWTAuthorizer,
} from "aws-lambda";
import type { Connection } from "../domain/connection.js";
import type { UrlGeneratorConfig } from "./config.js";
import { RejectedError } from "./problems.js";
import { TENANT } from "./request-schemas.js";
import { assertFresh, type Claims, isPlainText } from "./token.js";

/** Who calls, as far as the API has to know. */
export interface Caller {
  /** The caller's tenant; undefined for the vendor's own back end, which speaks for all tenants. */
  readonly tenant: string | undefined;
}

type Authorizer = Partial<
  APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"]["authorizer"] &
    APIGatewayProxyEventV2WithIAMAuthorizer["requestContext"]["authorizer"]
>;

/** The part of an event that identifies the caller. API Gateway has verified it before it invokes the function. */
export type CallerEvent = {
  readonly requestContext?: { readonly authorizer?: Authorizer };
};

/**
 * What API Gateway did not vouch for is nobody: should a route ever lose its authorizer, it lets no one in.
 *
 * @throws RejectedError if the caller is not known, or its token does not name its tenant
 */
export function callerOf(event: CallerEvent, { auth, tenantClaim }: UrlGeneratorConfig, now: Date): Caller {
  const { authorizer } = event.requestContext ?? {};
  switch (auth) {
    case "iam":
      if (!authorizer?.iam?.accountId) {
        throw new RejectedError(
          "unauthorized",
          "This request is not signed: sign it with AWS Signature Version 4 for the service execute-api.",
        );
      }
      return { tenant: undefined };
    case "none":
      return { tenant: "" };
    case "jwt": {
      const claims: Claims | undefined = authorizer?.jwt?.claims;
      assertFresh(claims, now);
      const tenant = claims[tenantClaim];
      if (typeof tenant !== "string" || !isPlainText(tenant) || !TENANT.test(tenant)) {
        throw new RejectedError(
          "forbidden",
          `Your token does not say who you are: its claim "${tenantClaim}" must be one text of 1 to 100 printable characters, and no list, object, true, false, null or number with an exponent. Sign in again; if that does not help, contact us.`,
        );
      }
      return { tenant };
    }
  }
}

/** Whether the caller may see a connection. */
export function owns({ tenant }: Caller, connection: Connection): boolean {
  return tenant === undefined || connection.tenant === tenant;
}
