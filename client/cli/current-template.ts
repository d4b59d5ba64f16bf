/** The template that new links use. */
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { urlGeneratorNameOf } from "../../functions/domain/names.js";
import type { Target } from "./target.js";

export interface CurrentTemplate {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

/**
 * Asks the URL generator's environment which template its links use: nothing else knows for certain.
 * @throws Error if the template cannot be read or has no version
 */
export async function currentTemplate({
  prefix,
  homeRegion,
  clientOptions,
}: Target): Promise<CurrentTemplate> {
  const options = { ...clientOptions, region: homeRegion };
  const { Environment } = await new LambdaClient(options).send(
    new GetFunctionConfigurationCommand({ FunctionName: urlGeneratorNameOf(prefix) }),
  );
  const url = Environment?.Variables?.TEMPLATE_URL ?? "";
  const [, Bucket, Key] = /^https:\/\/([a-z0-9-]+)\.s3\.[^/]+\/(.+)$/.exec(url) ?? [];
  const s3 = new S3Client({ ...options, forcePathStyle: clientOptions.endpoint !== undefined });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const template = JSON.parse((await Body?.transformToString()) ?? "{}");
  const version = template.Resources?.Connection?.Properties?.TemplateVersion;
  if (typeof version !== "string")
    throw new Error(`The template ${url} has no version: deploy the stack again.`);
  return { url, version };
}
