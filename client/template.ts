/** The template that links lead to now, and how a stack gets to it. */
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { partitionOf } from "../functions/aws/partitions.js";
import { urlGeneratorNameOf } from "../functions/domain/names.js";
import type { Connection } from "./index.js";
import type { Target } from "./target.js";

export interface CurrentTemplate {
  readonly url: string;
  /** What stacks made from it report as TemplateVersion. */
  readonly version: string;
}

/**
 * The template of the links that the URL generator makes: it alone says which one that is.
 * @throws Error if it cannot be found out
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

/**
 * Leads the customer to the console's form that updates the stack, with the template filled in. AWS documents quick-create links
 * only; this form of address is what its own Service Workbench uses, and `npm run verify-on-aws` tries it.
 */
export function updateLink({ region, stackId = "" }: Connection, templateUrl: string): string {
  const { consoleDomain } = partitionOf(region);
  const query = new URLSearchParams({ stackId, templateURL: templateUrl });
  return `https://${region}.${consoleDomain}/cloudformation/home?region=${region}#/stacks/update/template?${query}`;
}
