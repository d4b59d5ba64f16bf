import {
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import type { Inputs, ResourceType } from "./types.js";

const zip = (code: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(code).map(([name, text]) => [name, Buffer.from(text)])));

const functionConfiguration = (inputs: Inputs) => ({
  FunctionName: inputs.name,
  Role: inputs.role,
  Runtime: inputs.runtime,
  Handler: inputs.handler,
  Timeout: inputs.timeout,
  MemorySize: inputs.memorySize,
  Environment: inputs.environment && { Variables: inputs.environment.variables },
  DeadLetterConfig: inputs.deadLetterConfig && { TargetArn: inputs.deadLetterConfig.targetArn },
});

export const computeTypes: Readonly<Record<string, ResourceType>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    create: async (inputs, { cloud }) => {
      const logs = cloud.vendor.logs(inputs.region);
      await logs.send(new CreateLogGroupCommand({ logGroupName: inputs.name, tags: inputs.tags }));
      await logs.send(
        new PutRetentionPolicyCommand({
          logGroupName: inputs.name,
          retentionInDays: inputs.retentionInDays,
        }),
      );
      const arn = `arn:aws:logs:${inputs.region}:${cloud.vendor.accountId}:log-group:${inputs.name}`;
      return { id: inputs.name, state: { arn } };
    },
  },
  "aws:lambda/function:Function": {
    create: async (inputs, { cloud }) => {
      const made = await cloud.vendor.lambda(inputs.region).send(
        new CreateFunctionCommand({
          ...functionConfiguration(inputs),
          FunctionName: inputs.name,
          Role: inputs.role,
          Architectures: inputs.architectures,
          Tags: inputs.tags,
          Code: { ZipFile: zip(inputs.code) },
        }),
      );
      const arn = made.FunctionArn ?? "";
      const invokeArn = `arn:aws:apigateway:${inputs.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
      return { id: inputs.name, state: { arn, invokeArn } };
    },
    update: async (inputs, existing, { cloud }) => {
      const lambda = cloud.vendor.lambda(inputs.region);
      await lambda.send(new UpdateFunctionConfigurationCommand(functionConfiguration(inputs)));
      await lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: inputs.name, ZipFile: zip(inputs.code) }),
      );
      const { arn, invokeArn } = existing.state;
      return { id: existing.id, state: { arn, invokeArn } };
    },
  },
  "aws:lambda/permission:Permission": {
    create: async (inputs, { cloud }) => {
      const StatementId = inputs.statementId ?? `permission-${inputs.principal.replaceAll(".", "-")}`;
      await cloud.vendor.lambda(inputs.region).send(
        new AddPermissionCommand({
          FunctionName: inputs.function,
          StatementId,
          Action: inputs.action,
          Principal: inputs.principal,
          SourceArn: inputs.sourceArn,
          SourceAccount: inputs.sourceAccount,
        }),
      );
      return { id: StatementId };
    },
  },
  "aws:apigatewayv2/api:Api": {
    create: async (inputs, { cloud }) => {
      const { ApiId } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateApiCommand({
          Name: inputs.name,
          ProtocolType: inputs.protocolType,
          Description: inputs.description,
          CorsConfiguration: inputs.corsConfiguration && {
            AllowOrigins: inputs.corsConfiguration.allowOrigins,
            AllowMethods: inputs.corsConfiguration.allowMethods,
            AllowHeaders: inputs.corsConfiguration.allowHeaders,
            MaxAge: inputs.corsConfiguration.maxAge,
          },
          Tags: inputs.tags,
        }),
      );
      const executionArn = `arn:aws:execute-api:${inputs.region}:${cloud.vendor.accountId}:${ApiId}`;
      const apiEndpoint = `${cloud.endpoint}/_aws/execute-api/${ApiId}/$default`;
      return { id: ApiId ?? "", state: { executionArn, apiEndpoint, arn: executionArn } };
    },
  },
  "aws:apigatewayv2/integration:Integration": {
    create: async (inputs, { cloud }) => {
      const { IntegrationId } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateIntegrationCommand({
          ApiId: inputs.apiId,
          IntegrationType: inputs.integrationType,
          IntegrationUri: inputs.integrationUri,
          IntegrationMethod: inputs.integrationMethod,
          PayloadFormatVersion: inputs.payloadFormatVersion,
          TimeoutInMillis: inputs.timeoutMilliseconds,
        }),
      );
      return { id: IntegrationId ?? "" };
    },
  },
  "aws:apigatewayv2/authorizer:Authorizer": {
    create: async (inputs, { cloud }) => {
      const { AuthorizerId } = await cloud.vendor.apiGateway(inputs.region).send(
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
      return { id: AuthorizerId ?? "" };
    },
  },
  "aws:apigatewayv2/route:Route": {
    create: async (inputs, { cloud }) => {
      const { RouteId } = await cloud.vendor.apiGateway(inputs.region).send(
        new CreateRouteCommand({
          ApiId: inputs.apiId,
          RouteKey: inputs.routeKey,
          Target: inputs.target,
          AuthorizationType: inputs.authorizationType,
          AuthorizerId: inputs.authorizerId,
          AuthorizationScopes: inputs.authorizationScopes,
        }),
      );
      return { id: RouteId ?? "" };
    },
  },
  "aws:apigatewayv2/stage:Stage": {
    create: async (inputs, { cloud }) => {
      await cloud.vendor.apiGateway(inputs.region).send(
        new CreateStageCommand({
          ApiId: inputs.apiId,
          StageName: inputs.name,
          AutoDeploy: inputs.autoDeploy,
        }),
      );
      // On AWS the stage's URL; here the address at which ministack answers for it (its host name does not resolve).
      const invokeUrl = `${cloud.endpoint}/_aws/execute-api/${inputs.apiId}/${inputs.name}`;
      return { id: inputs.name, state: { invokeUrl } };
    },
  },
};
