import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import type { Connection } from "../domain/connection.js";
import type { UrlGeneratorConfig } from "./config.js";
import { RejectedError } from "./problems.js";
import { TENANT } from "./schemas.js";

/** Who calls, as far as the API has to know. */
export interface Caller {
  /** The caller's tenant; undefined for the vendor's own back end, which speaks for all tenants. */
  readonly tenant: string | undefined;
}

/** The part of an event that identifies the caller. API Gateway has verified it before it invokes the function. */
export type CallerEvent = {
  readonly requestContext?: Partial<APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"]>;
};

/**
 * @throws RejectedError if the caller's token does not name its tenant
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
        throw new RejectedError(
          "forbidden",
          `Your token does not say who you are: its claim "${tenantClaim}" must be a string of 1 to 100 printable characters. Sign in again; if that does not help, contact us.`,
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
