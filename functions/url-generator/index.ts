/** The handler of the URL generator, the HTTP API's only function. */
import {
  CONFIG_FILE,
  OPEN_API_FILE,
  readDeployedFile,
  textsFile,
  type UrlGeneratorConfig,
} from "./config.js";
import { ConnectionService } from "./connection-service.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { handlerOf } from "./handler.js";
import { chooseLanguage } from "./page/language-choice.js";
import type { Texts } from "./page/languages/index.js";
import { pages } from "./page/pages.js";
import { routes } from "./routes.js";
import { UrlGeneratorTelemetry } from "./telemetry.js";

const telemetry = new UrlGeneratorTelemetry();
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));
const { grants, page, organizationRegions } = config;
const readTexts = (language: string): Texts => JSON.parse(readDeployedFile(textsFile(language)));

export const handler = handlerOf(
  routes({
    config,
    service: new ConnectionService(readUrlGeneratorEnvironment(), config, telemetry),
    openApi: readDeployedFile(OPEN_API_FILE),
    page: page && pages({ ...page, grants, organizationRegions }, page.languages, readTexts),
    grantWords:
      page && ((acceptLanguage) => readTexts(chooseLanguage(acceptLanguage, page.languages)).grants),
    onError: telemetry.failed,
  }),
);
