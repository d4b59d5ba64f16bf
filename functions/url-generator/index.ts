/** The URL generator as it is deployed: the HTTP API's only function. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { handle } from "hono/aws-lambda";
import { CONFIG_FILE, OPEN_API_FILE, readDeployedFile, type UrlGeneratorConfig } from "./config.js";
import { ConnectionService } from "./connection-service.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { METRIC, URL_GENERATOR_SERVICE } from "./metrics.js";
import { renderPage } from "./page/index.js";
import { routes } from "./routes.js";

const logger = new Logger({ serviceName: URL_GENERATOR_SERVICE });
const metrics = new Metrics({ serviceName: URL_GENERATOR_SERVICE });
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));

export const handler = handle(
  routes({
    config,
    service: new ConnectionService(readUrlGeneratorEnvironment(), config, ({ region }) => {
      const link = metrics.singleMetric();
      link.addDimension("region", region);
      link.addMetric(METRIC.links, MetricUnit.Count, 1);
    }),
    openApi: readDeployedFile(OPEN_API_FILE),
    page: config.page && renderPage(config.page),
    // Only name and message: the error of a failed call can carry the whole request.
    onError: (route, error) => {
      const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
      logger.error("A request failed", { route, error: `${name}: ${message}` });
    },
  }),
);
