import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Authorizer } from "@pulumi/aws/apigatewayv2/authorizer.js";
import { Integration } from "@pulumi/aws/apigatewayv2/integration.js";
import { Route } from "@pulumi/aws/apigatewayv2/route.js";
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import { CONFIG_FILE, OPEN_API_FILE, type UrlGeneratorConfig } from "../functions/url-generator/config.js";
import type { UrlGeneratorEnvironment } from "../functions/url-generator/environment.js";
import { openApiDocument } from "../functions/url-generator/openapi.js";
import { type ApiRoute, apiRoutes } from "./api-routes.js";
import { type Bundle, codeArchive } from "./build/bundle.js";
import type { Configuration } from "./config/configuration.js";
import type { ConnectionTable } from "./connection-table.js";
import { arn, arnEverywhere } from "./iam/arn.js";
import type { PolicyStatement } from "./iam/policy-document.js";
import { type FunctionEnvironment, NodeFunction } from "./node-function.js";
import { topicName } from "./topics.js";

/** What a {@link UrlGenerator} is made of. */
export interface UrlGeneratorArgs {
  configuration: Configuration;
  /** Where connections are written. */
  table: ConnectionTable;
  /** Region by region, the ARNs of the topics whose policies it adds to. */
  topicArns: Record<string, pulumi.Output<string>[]>;
  /** The address of the template that its links lead to. */
  templateUrl: pulumi.Input<string>;
  /** The URL generator's bundle. */
  bundle: Bundle;
}

/** Half of the 30 seconds after which API Gateway gives up: enough for the SDK's own retries. */
const TIMEOUT_SECONDS = 15;

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

/** The HTTP API in the home region where links are made, and its function. */
export class UrlGenerator extends pulumi.ComponentResource {
  /** The API's address, without a slash at its end. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: UrlGeneratorArgs, options?: pulumi.ComponentResourceOptions) {
    super("onboarding:index:UrlGenerator", name, {}, options);

    const generator = createGenerator(this, name, args);
    const api = createApi(this, name, args);
    const integration = createIntegration(this, name, args, api, generator);
    const authorizer = createAuthorizer(this, name, args, api);
    const routes = apiRoutes(args.configuration).map((route) =>
      createRoute(this, name, args, api, integration, authorizer, route),
    );
    const mayInvoke = allowApiToInvoke(this, name, args, api, generator);
    const accessLog = createAccessLog(this, name, args);
    createStage(this, name, args, api, accessLog, [...routes, mayInvoke]);

    this.url = api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }
}

function createGenerator(parent: UrlGenerator, name: string, args: UrlGeneratorArgs): NodeFunction {
  const { configuration, table } = args;
  const environment: FunctionEnvironment<UrlGeneratorEnvironment> = {
    TABLE_NAME: table.tableName,
    TOPICS: servedTopics(args),
    TOPIC_PREFIX: configuration.prefix,
    TEMPLATE_URL: args.templateUrl,
    TRUSTED_ACCOUNT: configuration.accountId,
  };
  return new NodeFunction(
    `${name}-generator`,
    {
      configuration,
      region: configuration.homeRegion,
      functionName: `${configuration.prefix}-url-generator`,
      roleName: `${configuration.prefix}-url-generator`,
      description: "Makes the links with which customers connect their accounts.",
      code: deployedFiles(args),
      environment,
      statements: [
        {
          // It deletes only what it has just written itself, when the permission that belongs to it cannot be added.
          Sid: "Connections",
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
          // The home region's replica keeps the idempotency keys, offered or not.
          Resource: [...new Set([...configuration.servedRegions, configuration.homeRegion])].map((region) =>
            table.arnIn(region),
          ),
        },
        {
          Sid: "PendingLinks",
          Effect: "Allow",
          Action: ["dynamodb:Query"],
          Resource: table.indexArnsIn(configuration.homeRegion, ["byAccount", "byTenant"]),
        },
        {
          // Where the account's open stacks are, in the region that a link is for.
          Sid: "OpenStacks",
          Effect: "Allow",
          Action: ["dynamodb:Query"],
          Resource: [
            table.tableName.apply((tableName) =>
              arnEverywhere(
                "dynamodb",
                configuration.homeRegion,
                configuration.accountId,
                `table/${tableName}/index/byAccount`,
              ),
            ),
          ],
          Condition: { StringEquals: { "aws:RequestedRegion": configuration.regions } },
        },
        letCustomersPublish(configuration),
      ],
      timeoutSeconds: TIMEOUT_SECONDS,
    },
    { parent },
  );
}

/** The number of topics by region; known when all of them are there, so that no link is made before its topic. */
function servedTopics({ topicArns }: UrlGeneratorArgs): pulumi.Output<string> {
  return pulumi
    .all(topicArns)
    .apply((arns) =>
      JSON.stringify(
        Object.fromEntries(Object.entries(arns).map(([region, { length }]) => [region, length])),
      ),
    );
}

/**
 * The topics by name, in all offered regions: naming each would take more than the 10 KB that a role's policies have. Other
 * topics of this account, such as the one for alarms, have other names.
 */
function letCustomersPublish(configuration: Configuration): PolicyStatement {
  const most = Math.max(...configuration.regions.map((region) => configuration.topicsByRegion[region] ?? 1));
  const numbers = Array.from({ length: most }, (_, index) => index + 1);
  return {
    Sid: "LetCustomersPublish",
    Effect: "Allow",
    Action: ["sns:AddPermission", "sns:GetTopicAttributes"],
    Resource: numbers.map((number) =>
      arnEverywhere(
        "sns",
        configuration.homeRegion,
        configuration.accountId,
        topicName(configuration, number),
      ),
    ),
    Condition: { StringEquals: { "aws:RequestedRegion": configuration.regions } },
  };
}

/** The function's code with what it reads when it starts: the configuration, and the API's description. */
function deployedFiles({ configuration, bundle }: UrlGeneratorArgs): pulumi.asset.Archive {
  const { auth, jwt, vendorName, logo, loginUrl, grants, confirmation } = configuration;
  const own: UrlGeneratorConfig = {
    regions: configuration.regions,
    auth,
    tenantClaim: jwt?.tenantClaim ?? "",
    vendorName,
    linkLifetimeHours: configuration.linkLifetimeHours,
    pendingLinksPerAccount: configuration.pendingLinksPerAccount,
    pendingLinksPerTenant: configuration.pendingLinksPerTenant,
    confirmation,
    ...(auth !== "iam" && { page: { vendorName, logo, auth, loginUrl, grants, confirmation } }),
  };
  return codeArchive({
    files: {
      ...bundle.files,
      [CONFIG_FILE]: JSON.stringify(own),
      [OPEN_API_FILE]: JSON.stringify(openApiDocument(configuration.regions, own)),
    },
  });
}

function createApi(parent: UrlGenerator, name: string, { configuration }: UrlGeneratorArgs): Api {
  return new Api(
    `${name}-api`,
    {
      region: configuration.homeRegion,
      name: configuration.prefix,
      description: "Where customers' links are made.",
      protocolType: "HTTP",
      ...(configuration.corsOrigins.length > 0 && {
        corsConfiguration: {
          allowOrigins: configuration.corsOrigins,
          allowMethods: ["GET", "POST", "DELETE"],
          allowHeaders: ["authorization", "content-type", "idempotency-key"],
          maxAge: CORS_SECONDS,
        },
      }),
      tags: configuration.tags,
    },
    { parent },
  );
}

function createIntegration(
  parent: UrlGenerator,
  name: string,
  { configuration }: UrlGeneratorArgs,
  api: Api,
  generator: NodeFunction,
): Integration {
  return new Integration(
    `${name}-integration`,
    {
      region: configuration.homeRegion,
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: generator.arn,
      payloadFormatVersion: "2.0",
    },
    { parent },
  );
}

/** Checks signature, issuer, audience and time of a token before the function is called. */
function createAuthorizer(
  parent: UrlGenerator,
  name: string,
  { configuration }: UrlGeneratorArgs,
  api: Api,
): Authorizer | undefined {
  if (!configuration.jwt) return undefined;
  const { issuer, audience } = configuration.jwt;
  return new Authorizer(
    `${name}-authorizer`,
    {
      region: configuration.homeRegion,
      apiId: api.id,
      name: configuration.prefix,
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer, audiences: audience },
    },
    { parent },
  );
}

function createRoute(
  parent: UrlGenerator,
  name: string,
  { configuration }: UrlGeneratorArgs,
  api: Api,
  integration: Integration,
  authorizer: Authorizer | undefined,
  { routeKey, authorization }: ApiRoute,
): Route {
  return new Route(
    `${name}-route-${routeKey
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.join("-")}`,
    {
      region: configuration.homeRegion,
      apiId: api.id,
      routeKey,
      target: pulumi.interpolate`integrations/${integration.id}`,
      authorizationType: authorization,
      ...(authorization === "JWT" && authorizer && { authorizerId: authorizer.id }),
    },
    { parent },
  );
}

function allowApiToInvoke(
  parent: UrlGenerator,
  name: string,
  { configuration }: UrlGeneratorArgs,
  api: Api,
  generator: NodeFunction,
): Permission {
  return new Permission(
    `${name}-permission`,
    {
      region: configuration.homeRegion,
      statementId: "api",
      action: "lambda:InvokeFunction",
      function: generator.functionName,
      principal: "apigateway.amazonaws.com",
      // Any stage and any route of this API: there is one stage, and the routes are above.
      sourceArn: api.id.apply((apiId) =>
        arn("execute-api", configuration.homeRegion, configuration.accountId, `${apiId}/*/*`),
      ),
    },
    { parent },
  );
}

function createAccessLog(parent: UrlGenerator, name: string, { configuration }: UrlGeneratorArgs): LogGroup {
  return new LogGroup(
    `${name}-access-log`,
    {
      region: configuration.homeRegion,
      // The prefix spares the log group a line in the account's one resource policy for logs, which is short.
      name: `/aws/vendedlogs/${configuration.prefix}-api`,
      retentionInDays: configuration.logRetentionDays,
      tags: configuration.tags,
    },
    { parent },
  );
}

function createStage(
  parent: UrlGenerator,
  name: string,
  { configuration }: UrlGeneratorArgs,
  api: Api,
  accessLog: LogGroup,
  dependsOn: pulumi.Resource[],
): Stage {
  return new Stage(
    `${name}-stage`,
    {
      region: configuration.homeRegion,
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: accessLog.arn, format: ACCESS_LOG_FORMAT },
      routeSettings: apiRoutes(configuration).map(({ routeKey, perSecond }) => ({
        routeKey,
        throttlingRateLimit: perSecond,
        throttlingBurstLimit: 2 * perSecond,
      })),
      tags: configuration.tags,
    },
    // A stage deployed before its routes would answer 404 until the next deployment.
    { parent, dependsOn },
  );
}
