import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { Connection } from "../domain/connection.js";
import type { UrlGeneratorConfig } from "./config.js";
import { RefusedError } from "./problems.js";
import { TENANT } from "./schemas.js";

/** Whoever called, as far as the API has to know. */
export interface Caller {
  /** The tenant that it is; undefined for the vendor's own back end, which speaks for all of them. */
  readonly tenant: string | undefined;
}

/** The part of an event that tells who called. API Gateway has verified it before it calls the function. */
export type CallerEvent = {
  readonly requestContext?: Partial<APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"]>;
};

/**
 * @throws RefusedError if the caller's token does not say which tenant it is
 */
export function callerOf(event: CallerEvent, { auth, tenantClaim }: UrlGeneratorConfig): Caller {
  switch (auth) {
    case "iam":
      return { tenant: undefined };
    case "none":
      return { tenant: "" };
    case "jwt": {
      const claim: unknown = event.requestContext?.authorizer?.jwt?.claims?.[tenantClaim];
      const tenant = typeof claim === "string" || typeof claim === "number" ? String(claim) : "";
      if (!TENANT.test(tenant)) {
        throw new RefusedError(
          "noTenant",
          `Your token does not say who you are: its claim "${tenantClaim}" must be a text of 1 to 100 printable characters. Sign in again, or tell us.`,
        );
      }
      return { tenant };
    }
  }
}

/** Whether a connection is the caller's to see. */
export function owns({ tenant }: Caller, connection: Connection): boolean {
  return tenant === undefined || connection.tenant === tenant;
}
