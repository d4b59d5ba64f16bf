import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import type { Inputs, ResourceTypes } from "./resource-type.js";

/** An archive without compression, which takes longer here than it saves. @param code texts by file name */
const zip = (code: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(code).map(([name, text]) => [name, Buffer.from(text)])), {
    level: 0,
  });

const configuration = (inputs: Inputs) => ({
  FunctionName: inputs.name as string,
  Role: inputs.role as string,
  Runtime: inputs.runtime,
  Handler: inputs.handler,
  Timeout: inputs.timeout,
  MemorySize: inputs.memorySize,
  Environment: inputs.environment && { Variables: inputs.environment.variables },
  DeadLetterConfig: inputs.deadLetterConfig && { TargetArn: inputs.deadLetterConfig.targetArn },
});

/** Lambda has an operation of its own for it. */
async function reserve({ name, reservedConcurrentExecutions }: Inputs, client: LambdaClient): Promise<void> {
  const command = { FunctionName: name as string };
  await (reservedConcurrentExecutions === undefined
    ? client.send(new DeleteFunctionConcurrencyCommand(command))
    : client.send(
        new PutFunctionConcurrencyCommand({
          ...command,
          ReservedConcurrentExecutions: reservedConcurrentExecutions,
        }),
      ));
}

export const lambda: ResourceTypes = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    create: async (inputs, cloud) => {
      const { UUID } = await cloud.vendor.lambda(inputs.region).send(
        new CreateEventSourceMappingCommand({
          EventSourceArn: inputs.eventSourceArn,
          FunctionName: inputs.functionName,
          StartingPosition: inputs.startingPosition,
          BatchSize: inputs.batchSize,
          MaximumRetryAttempts: inputs.maximumRetryAttempts,
          FilterCriteria: {
            Filters: inputs.filterCriteria?.filters.map(({ pattern }: Inputs) => ({ Pattern: pattern })),
          },
        }),
      );
      return { id: UUID ?? "", state: { uuid: UUID } };
    },
  },
  "aws:lambda/function:Function": {
    create: async (inputs, cloud) => {
      const client = cloud.vendor.lambda(inputs.region);
      const { FunctionArn: arn } = await client.send(
        new CreateFunctionCommand({
          ...configuration(inputs),
          Architectures: inputs.architectures,
          Tags: inputs.tags,
          Code: { ZipFile: zip(inputs.code) },
        }),
      );
      if (inputs.reservedConcurrentExecutions !== undefined) await reserve(inputs, client);
      const invokeArn = `arn:aws:apigateway:${inputs.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
      return { id: inputs.name, state: { arn, invokeArn } };
    },
    update: async (inputs, cloud, existing) => {
      const client = cloud.vendor.lambda(inputs.region);
      await client.send(new UpdateFunctionConfigurationCommand(configuration(inputs)));
      await client.send(
        new UpdateFunctionCodeCommand({ FunctionName: inputs.name, ZipFile: zip(inputs.code) }),
      );
      await reserve(inputs, client);
      return existing;
    },
  },
  "aws:lambda/permission:Permission": {
    create: async (inputs, cloud) => {
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
};
