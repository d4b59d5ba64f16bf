/** The handler of the URL generator, the HTTP API's only function. */
import { CONFIG_FILE, OPEN_API_FILE, readDeployedFile, type UrlGeneratorConfig } from "./config.js";
import { ConnectionService } from "./connection-service.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { handlerOf } from "./handler.js";
import { renderPage } from "./page/index.js";
import { routes } from "./routes.js";
import { UrlGeneratorTelemetry } from "./telemetry.js";

const telemetry = new UrlGeneratorTelemetry();
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));

export const handler = handlerOf(
  routes({
    config,
    service: new ConnectionService(readUrlGeneratorEnvironment(), config, telemetry),
    openApi: readDeployedFile(OPEN_API_FILE),
    page: config.page && renderPage({ ...config.page, grants: config.grants }),
    onError: telemetry.failed,
  }),
);
