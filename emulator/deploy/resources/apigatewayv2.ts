import {
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import type { ResourceTypes } from "./resource-type.js";

export const apigatewayv2: ResourceTypes = {
  "aws:apigatewayv2/api:Api": {
    create: async (inputs, cloud) => {
      const { corsConfiguration: cors } = inputs;
      const { ApiId = "" } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateApiCommand({
          Name: inputs.name,
          ProtocolType: inputs.protocolType,
          Description: inputs.description,
          CorsConfiguration: cors && {
            AllowOrigins: cors.allowOrigins,
            AllowMethods: cors.allowMethods,
            AllowHeaders: cors.allowHeaders,
            MaxAge: cors.maxAge,
          },
          Tags: inputs.tags,
        }),
      );
      const executionArn = `arn:aws:execute-api:${inputs.region}:${cloud.vendor.accountId}:${ApiId}`;
      const apiEndpoint = `${cloud.endpoint}/_aws/execute-api/${ApiId}/$default`;
      return { id: ApiId, state: { executionArn, apiEndpoint, arn: executionArn } };
    },
  },
  "aws:apigatewayv2/integration:Integration": {
    create: async (inputs, cloud) => {
      const { IntegrationId = "" } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateIntegrationCommand({
          ApiId: inputs.apiId,
          IntegrationType: inputs.integrationType,
          IntegrationUri: inputs.integrationUri,
          IntegrationMethod: inputs.integrationMethod,
          PayloadFormatVersion: inputs.payloadFormatVersion,
          TimeoutInMillis: inputs.timeoutMilliseconds,
        }),
      );
      return { id: IntegrationId };
    },
  },
  "aws:apigatewayv2/authorizer:Authorizer": {
    create: async (inputs, cloud) => {
      const { AuthorizerId = "" } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateAuthorizerCommand({
          ApiId: inputs.apiId,
          Name: inputs.name,
          AuthorizerType: inputs.authorizerType,
          IdentitySource: inputs.identitySources,
          JwtConfiguration: {
            Issuer: inputs.jwtConfiguration.issuer,
            Audience: inputs.jwtConfiguration.audiences,
          },
        }),
      );
      return { id: AuthorizerId };
    },
  },
  "aws:apigatewayv2/route:Route": {
    create: async (inputs, cloud) => {
      const { RouteId = "" } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateRouteCommand({
          ApiId: inputs.apiId,
          RouteKey: inputs.routeKey,
          Target: inputs.target,
          AuthorizationType: inputs.authorizationType,
          AuthorizerId: inputs.authorizerId,
          AuthorizationScopes: inputs.authorizationScopes,
        }),
      );
      return { id: RouteId };
    },
  },
  "aws:apigatewayv2/stage:Stage": {
    create: async (inputs, cloud) => {
      await cloud.vendor.apiGateway(inputs.region).send(
        new CreateStageCommand({
          ApiId: inputs.apiId,
          StageName: inputs.name,
          AutoDeploy: inputs.autoDeploy,
        }),
      );
      // On AWS the stage's own host name, which does not resolve here.
      const invokeUrl = `${cloud.endpoint}/_aws/execute-api/${inputs.apiId}/${inputs.name}`;
      return { id: inputs.name, state: { invokeUrl } };
    },
  },
};
