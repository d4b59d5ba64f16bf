import { RegionInfo } from "@aws-cdk/region-info";
import * as pulumi from "@pulumi/pulumi";
import { urlGeneratorNameOf } from "../functions/domain/names.js";
import type { TemplatesByTier } from "../functions/domain/templates.js";
import {
  CONFIG_FILE,
  OPEN_API_FILE,
  textsFile,
  type UrlGeneratorConfig,
} from "../functions/url-generator/config.js";
import type { UrlGeneratorEnvironment } from "../functions/url-generator/environment.js";
import { openApiDocument } from "../functions/url-generator/openapi.js";
import { type Bundle, codeArchive } from "./build/bundle.js";
import type { Configuration } from "./config/configuration.js";
import { textsIn } from "./config/page-texts.js";
import type { ConnectionTable } from "./connection-table.js";
import type { DomainTarget } from "./custom-domain.js";
import { HttpApi } from "./http-api.js";
import { urlGeneratorPolicy } from "./iam/identity-policies.js";
import { type FunctionDefaults, type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { trustPolicyOf } from "./template/render-template.js";

/** What a {@link UrlGenerator} is made of. */
export interface UrlGeneratorArgs
  extends FunctionDefaults,
    Pick<
      Configuration,
      | "auth"
      | "brandColor"
      | "confirmation"
      | "connectionsPerAccount"
      | "corsOrigins"
      | "customerRolePath"
      | "domain"
      | "grants"
      | "homeRegion"
      | "jwt"
      | "languages"
      | "linkLifetimeHours"
      | "loginUrl"
      | "logo"
      | "organizationRegions"
      | "pendingLinksPerAccount"
      | "pendingLinksPerTenant"
      | "regions"
      | "rolePath"
      | "servedRegions"
      | "texts"
      | "trustedPrincipals"
      | "vendorName"
    > {
  /** Where connections are written. */
  table: ConnectionTable;
  /** Region by region, the ARNs of the topics whose policies it adds to. */
  topicArns: Record<string, pulumi.Output<string>[]>;
  /** By tier, the templates that its links lead to. */
  templates: pulumi.Input<TemplatesByTier>;
  /** The URL generator's bundle. */
  bundle: Bundle;
}

/** API Gateway gives up after 30 seconds; the health function may take 20 of them to verify a role, and some to start. */
const TIMEOUT_SECONDS = 29;

/** What makes links, in the home region: a function behind an HTTP API. */
export class UrlGenerator extends pulumi.ComponentResource {
  /** The API's address, without a slash at its end. */
  readonly url: pulumi.Output<string>;
  /** The API's ARN, as IAM policies name it. */
  readonly apiArn: pulumi.Output<string>;
  /** Where the DNS of the vendor's own domain name has to point; undefined without one. */
  readonly domainTarget: pulumi.Output<DomainTarget | undefined>;

  constructor(name: string, args: UrlGeneratorArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:UrlGenerator", name, {}, options);

    const parent = this;
    const { homeRegion, prefix, table } = args;
    const generator = createFunction();
    const api = new HttpApi(`${name}-http`, { ...args, function: generator }, { parent });

    this.url = api.url;
    this.apiArn = api.arn;
    this.domainTarget = api.domainTarget;
    this.registerOutputs({ url: this.url, apiArn: this.apiArn, domainTarget: this.domainTarget });

    function createFunction() {
      const environment: FunctionEnvironment<UrlGeneratorEnvironment> = {
        TABLE_NAME: table.tableName,
        TOPICS: topicCounts(),
        TOPIC_PREFIX: prefix,
        TEMPLATES: pulumi.jsonStringify(args.templates),
        TRUSTED_ACCOUNT: args.accountId,
      };
      return new NodeFunction(
        `${name}-handler`,
        {
          ...args,
          region: homeRegion,
          functionName: urlGeneratorNameOf(prefix),
          roleName: urlGeneratorNameOf(prefix),
          description: "Serves the API and the page with which customers connect their accounts.",
          code: deployedFiles(args),
          environment,
          statements: table.tableName.apply((tableName) => urlGeneratorPolicy({ ...args, tableName })),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        { parent },
      );
    }

    /** The number of topics by region; known when all of them are there, so that no link is made before its topic. */
    function topicCounts() {
      return pulumi
        .all(args.topicArns)
        .apply((topicArns) =>
          JSON.stringify(
            Object.fromEntries(Object.entries(topicArns).map(([region, { length }]) => [region, length])),
          ),
        );
    }
  }
}

/** The function's code with the files that it reads: its configuration, the API's description, and the page's texts. */
function deployedFiles({ bundle, ...args }: UrlGeneratorArgs): pulumi.Output<pulumi.asset.Archive> {
  return pulumi.output(args.trustedPrincipals).apply((trustedPrincipals) => {
    const config = configOf(args, trustPolicyOf({ ...args, trustedPrincipals }));
    const texts = (config.page?.languages ?? []).map((language) => [
      textsFile(language),
      JSON.stringify(textsIn(language, args.texts)),
    ]);
    return codeArchive({
      files: {
        ...bundle.files,
        [CONFIG_FILE]: JSON.stringify(config),
        [OPEN_API_FILE]: JSON.stringify(openApiDocument(config)),
        ...Object.fromEntries(texts),
      },
    });
  });
}

function configOf(args: Omit<UrlGeneratorArgs, "bundle">, trustPolicy: object): UrlGeneratorConfig {
  const { auth, jwt, vendorName, logo, brandColor, loginUrl, grants, confirmation } = args;
  const tenantClaim = jwt?.tenantClaim ?? "";
  // Without a place to sign in, nobody could get a token on a page.
  const hasPage = auth === "none" || (auth === "jwt" && loginUrl !== "");
  return {
    regions: args.regions,
    optInRegions: args.regions.filter((region) => RegionInfo.get(region).isOptInRegion),
    organizationRegions: args.regions.filter((region) => args.organizationRegions.includes(region)),
    auth,
    tenantClaim,
    vendorName,
    linkLifetimeHours: args.linkLifetimeHours,
    pendingLinksPerAccount: args.pendingLinksPerAccount,
    pendingLinksPerTenant: args.pendingLinksPerTenant,
    connectionsPerAccount: args.connectionsPerAccount,
    confirmation,
    grants,
    trustPolicy,
    customerRolePath: args.customerRolePath,
    ...(hasPage && {
      page: {
        vendorName,
        logo,
        brandColor,
        auth,
        loginUrl,
        tenantClaim,
        confirmation,
        languages: args.languages,
      },
    }),
  };
}
