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
import { pages } from "./page/pages.js";
import { routes } from "./routes.js";
import { UrlGeneratorTelemetry } from "./telemetry.js";

const telemetry = new UrlGeneratorTelemetry();
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));

export const handler = handlerOf(
  routes({
    config,
    service: new ConnectionService(readUrlGeneratorEnvironment(), config, telemetry),
    openApi: readDeployedFile(OPEN_API_FILE),
    page:
      config.page &&
      pages({ ...config, ...config.page }, config.page.languages, (language) =>
        JSON.parse(readDeployedFile(textsFile(language))),
      ),
    onError: telemetry.failed,
  }),
);
