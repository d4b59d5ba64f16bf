/** The templates that new links use. */
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { urlGeneratorNameOf } from "../../functions/domain/names.js";
import type { TemplatesByTier } from "../../functions/domain/templates.js";
import type { Target } from "./target.js";

/** Asks the URL generator's environment which templates its links use: nothing else knows for certain. */
export async function currentTemplates({
  prefix,
  homeRegion,
  clientOptions,
}: Target): Promise<TemplatesByTier> {
  const { Environment } = await new LambdaClient({ ...clientOptions, region: homeRegion }).send(
    new GetFunctionConfigurationCommand({ FunctionName: urlGeneratorNameOf(prefix) }),
  );
  return JSON.parse(Environment?.Variables?.TEMPLATES ?? "{}");
}
