/** The handler of the URL generator, the HTTP API's only function. */
import { handle } from "hono/aws-lambda";
import { describeError, FunctionTelemetry } from "../runtime/telemetry.js";
import { CONFIG_FILE, OPEN_API_FILE, readDeployedFile, type UrlGeneratorConfig } from "./config.js";
import { ConnectionService } from "./connection-service.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { METRIC, URL_GENERATOR_SERVICE } from "./metrics.js";
import { renderPage } from "./page/index.js";
import { routes } from "./routes.js";

const telemetry = new FunctionTelemetry(URL_GENERATOR_SERVICE);
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));

export const handler = handle(
  routes({
    config,
    service: new ConnectionService(readUrlGeneratorEnvironment(), config, ({ region }) =>
      telemetry.countBy(METRIC.links, "region", region),
    ),
    openApi: readDeployedFile(OPEN_API_FILE),
    page: config.page && renderPage({ ...config.page, grants: config.grants }),
    onError: (route, error) =>
      telemetry.log.error("A request failed", { route, error: describeError(error) }),
  }),
);
