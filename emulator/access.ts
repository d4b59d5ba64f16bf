/** How `npm start` gets through the door of the API that it has deployed, whatever `onboarding:auth` is. */
import { signedHeaders } from "./aws/signature.js";
import { TokenIssuer } from "./aws/token-issuer.js";
import type { Caller } from "./customer/onboarding-api.js";
import type { StackConfig } from "./deploy/stack-config.js";
import type { EmbeddedCloud } from "./embedded-cloud.js";
import { writeRunFile } from "./state-file.js";

export interface Access {
  /** The configuration, with an identity provider that is on this machine. */
  readonly config: StackConfig;
  /** What ministack needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the program has a page. */
  readonly hasPage: boolean;
  /** Signs visitors of the page in. */
  readonly signIn: SignIn | undefined;
  /** Calls the API as the vendor's back end, or as a visitor. */
  caller(cloud: EmbeddedCloud): Caller;
  /** The arguments of curl that do the same, a line each; none of them holds anything that is secret for longer than this run. */
  curl(cloud: EmbeddedCloud): readonly string[];
  stop(): Promise<void>;
}

/** Stands in for the vendor's application, where the page sends visitors to sign in. */
export interface SignIn {
  /** The address that the page knows. */
  readonly loginUrl: string;
  /** @param isSwitch whether the visitor wants to be somebody else */
  token(isSwitch: boolean): string;
}

/** Opens the way into a program with this configuration. */
export async function accessTo(config: StackConfig): Promise<Access> {
  const open = { config, environment: {}, hasPage: true, signIn: undefined, stop: async () => {} };
  switch (config["onboarding:auth"] ?? "iam") {
    case "jwt":
      return withTokens(config);
    case "none":
      return { ...open, caller: () => () => ({}), curl: () => [] };
    default:
      return { ...open, hasPage: false, ...signed(String(config["aws:region"])) };
  }
}

function signed(region: string): Pick<Access, "caller" | "curl"> {
  const keyOf = (cloud: EmbeddedCloud) => cloud.vendor.options(region).credentials;
  return {
    caller: (cloud) => (request) => signedHeaders(request, { ...keyOf(cloud), region }),
    curl: (cloud) => {
      const { accessKeyId, secretAccessKey } = keyOf(cloud);
      return [`--aws-sigv4 aws:amz:${region}:execute-api`, `--user ${accessKeyId}:${secretAccessKey}`];
    },
  };
}

async function withTokens(config: StackConfig): Promise<Access> {
  const issuer = await TokenIssuer.start();
  const jwt = { audience: ["onboarding"], tenantClaim: "org_id", ...(config["onboarding:jwt"] as object) };
  const loginUrl = String(config["onboarding:loginUrl"] ?? "https://app.example.com/connect");
  const tokenOf = (tenant: string) =>
    issuer.token({
      aud: jwt.audience[0],
      sub: `somebody@${tenant}.example`,
      email: `somebody@${tenant}.example`,
      [jwt.tenantClaim]: tenant,
    });
  const token = (isSwitch: boolean) => tokenOf(isSwitch ? "another-tenant" : "some-tenant");
  return {
    config: {
      ...config,
      "onboarding:jwt": { ...jwt, issuer: issuer.url },
      "onboarding:loginUrl": loginUrl,
    },
    environment: issuer.environment,
    hasPage: true,
    signIn: { loginUrl, token },
    caller: () => () => ({ Authorization: `Bearer ${token(false)}` }),
    // A token is longer than a line.
    curl: () => [`-H "Authorization: Bearer $(cat ${writeRunFile("token", token(false))})"`],
    stop: () => issuer.stop(),
  };
}
