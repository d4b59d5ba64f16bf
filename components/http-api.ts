import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Authorizer } from "@pulumi/aws/apigatewayv2/authorizer.js";
import { Integration } from "@pulumi/aws/apigatewayv2/integration.js";
import { Route } from "@pulumi/aws/apigatewayv2/route.js";
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import { type ApiRoute, apiRoutes } from "./api/routes.js";
import type { Configuration } from "./config/configuration.js";
import { CustomDomain, type DomainTarget } from "./custom-domain.js";
import { arn } from "./iam/arn.js";
import type { NodeFunction } from "./node-function.js";

/** What an {@link HttpApi} is made of. */
export interface HttpApiArgs
  extends Pick<
    Configuration,
    | "accountId"
    | "auth"
    | "corsOrigins"
    | "domain"
    | "grants"
    | "organizationRegions"
    | "homeRegion"
    | "jwt"
    | "logRetentionDays"
    | "prefix"
  > {
  /** What handles the requests. */
  function: NodeFunction;
}

/** How long a browser remembers what another site's page may ask for. */
const CORS_SECONDS = 3600;

/** Of the route, not of the path: a path can hold an external ID. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  milliseconds: "$context.responseLatency",
  error: "$context.error.responseType",
});

/** The HTTP API in the home region, with its access log. Callers are recognized, and throttled, before the function is called. */
export class HttpApi extends pulumi.ComponentResource {
  /** The API's address, without a slash at its end: at the vendor's own domain name if there is one. */
  readonly url: pulumi.Output<string>;
  /** Where the DNS of the vendor's own domain name has to point; undefined without one. */
  readonly domainTarget: pulumi.Output<DomainTarget | undefined>;
  /** What IAM policies name: `<arn>/*` is every route. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: HttpApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:HttpApi", name, {}, options);

    const parent = this;
    const { homeRegion: region, prefix } = args;
    const api = createApi();
    const integration = createIntegration();
    const authorizer = createAuthorizer();
    const routes = apiRoutes(args).map(createRoute);
    const mayInvoke = allowToInvoke();
    const accessLog = createAccessLog();
    const stage = createStage();
    const customDomain = createCustomDomain();

    this.url = args.domain ? pulumi.interpolate`https://${args.domain.name}` : api.apiEndpoint;
    this.domainTarget = pulumi.output(customDomain?.target);
    this.arn = api.executionArn;
    this.registerOutputs({ url: this.url, domainTarget: this.domainTarget, arn: this.arn });

    /** The API keeps the address that AWS gave it: signed requests, and whoever tries it before the DNS leads here, use it. */
    function createCustomDomain() {
      if (!args.domain) return undefined;
      const { domain } = args;
      return new CustomDomain(
        `${name}-domain`,
        { domain, region, apiId: api.id, stage: stage.name },
        { parent },
      );
    }

    function createApi() {
      return new Api(
        `${name}-api`,
        {
          region,
          name: prefix,
          description: "Makes the links with which customers connect their accounts.",
          protocolType: "HTTP",
          ...(args.corsOrigins.length > 0 && {
            corsConfiguration: {
              allowOrigins: args.corsOrigins,
              allowMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
              allowHeaders: ["authorization", "content-type", "idempotency-key"],
              exposeHeaders: ["retry-after"],
              maxAge: CORS_SECONDS,
            },
          }),
        },
        { parent },
      );
    }

    function createIntegration() {
      return new Integration(
        `${name}-integration`,
        {
          region,
          apiId: api.id,
          integrationType: "AWS_PROXY",
          integrationMethod: "POST",
          integrationUri: args.function.arn,
          payloadFormatVersion: "2.0",
        },
        { parent },
      );
    }

    /** Checks signature, issuer, audience and time of a token. */
    function createAuthorizer() {
      if (!args.jwt) return undefined;
      const { issuer, audience } = args.jwt;
      return new Authorizer(
        `${name}-authorizer`,
        {
          region,
          apiId: api.id,
          name: prefix,
          authorizerType: "JWT",
          identitySources: ["$request.header.Authorization"],
          jwtConfiguration: { issuer, audiences: audience },
        },
        { parent },
      );
    }

    function createRoute({ routeKey, authorization }: ApiRoute) {
      return new Route(
        `${name}-route-${routeKey
          .toLowerCase()
          .match(/[a-z]+/g)
          ?.join("-")}`,
        {
          region,
          apiId: api.id,
          routeKey,
          target: pulumi.interpolate`integrations/${integration.id}`,
          authorizationType: authorization,
          ...(authorization === "JWT" && authorizer && { authorizerId: authorizer.id }),
        },
        { parent },
      );
    }

    function allowToInvoke() {
      return new Permission(
        `${name}-permission`,
        {
          region,
          statementId: "api",
          action: "lambda:InvokeFunction",
          function: args.function.functionName,
          principal: "apigateway.amazonaws.com",
          // Any stage and any route of this API: there is one stage, and the routes are above.
          sourceArn: api.id.apply((apiId) => arn("execute-api", region, args.accountId, `${apiId}/*/*`)),
        },
        { parent },
      );
    }

    function createAccessLog() {
      return new LogGroup(
        `${name}-access-log`,
        {
          region,
          // The prefix spares the log group a line in the account's one resource policy for logs, which is short.
          name: `/aws/vendedlogs/${prefix}-api`,
          retentionInDays: args.logRetentionDays,
        },
        { parent },
      );
    }

    function createStage() {
      return new Stage(
        `${name}-stage`,
        {
          region,
          apiId: api.id,
          name: "$default",
          autoDeploy: true,
          accessLogSettings: { destinationArn: accessLog.arn, format: ACCESS_LOG_FORMAT },
          routeSettings: apiRoutes(args).map(({ routeKey, perSecond }) => ({
            routeKey,
            throttlingRateLimit: perSecond,
            throttlingBurstLimit: 2 * perSecond,
          })),
        },
        // A stage deployed before its routes would answer 404 until the next deployment.
        { parent, dependsOn: [...routes, mayInvoke] },
      );
    }
  }
}
