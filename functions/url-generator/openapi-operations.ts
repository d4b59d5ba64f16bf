/** Operations of the OpenAPI document that not every path has. */
import { json, operation, problems, queryParameters, withBody } from "./openapi-parts.js";
import { connectionQuerySchema } from "./request-schemas.js";

export function roleOperation() {
  return withBody(
    "NamedRole",
    operation("connectRole", "Connects a role that the customer made, for a connection with method role.", {
      200: json("The connection, connected with this role.", "Connection"),
      202: {
        ...json("AWS may not know the role everywhere yet: send the request again.", "Connection"),
        headers: { "Retry-After": { description: "In how many seconds.", schema: { type: "integer" } } },
      },
      ...problems({
        400: "A field is invalid, or the role is not one of the account, or not under the path: `field` names it.",
        404: "There is no such connection, or it is another tenant's.",
        409: "The connection has ended or expired, is made by a stack, or was given another role at the same moment; or too many wrong role IDs were named.",
        422: "The role could not be verified. Why is not said.",
        429: "It was tried too often.",
      }),
    }),
  );
}

export function tierOperation() {
  return withBody(
    "Tier",
    operation(
      "requestTier",
      "Asks for another tier: the customer's stack is updated with the link in `update`.",
      {
        200: json("The connection, with its update.", "Connection"),
        ...problems({
          404: "There is no such connection, or it is another tenant's.",
          409: "The account is not connected by a stack.",
        }),
      },
    ),
  );
}

export function confirmOperation() {
  return withBody(
    "Confirmation",
    operation("confirmConnection", "Confirms a connection with the code that the customer's stack shows.", {
      200: json("The confirmed connection.", "Connection"),
      ...problems({
        404: "There is no such connection, or it is another tenant's.",
        409: "The account is not connected, or too many wrong codes were entered.",
        422: "The code is wrong.",
      }),
    }),
  );
}

export function endOperation() {
  return withBody(
    "Ending",
    operation(
      "endConnection",
      "Ends a connection. The customer can delete the stack for 180 days after that.",
      {
        200: json("The connection, ended by this request or earlier.", "Connection"),
        ...problems({
          404: "There is no such connection.",
          409: "The account never was connected.",
        }),
      },
    ),
  );
}

export function listOperation(isBackEnd: boolean) {
  return {
    ...operation(
      "listConnections",
      isBackEnd
        ? "Lists connections, newest first within a region."
        : "Lists your connections, newest first.",
      {
        200: json("A page of them.", "ConnectionList"),
        ...problems({ 400: "A parameter is invalid: `field` names it." }),
      },
    ),
    parameters: queryParameters(connectionQuerySchema(isBackEnd)),
  };
}
