/** The URL generator as it is deployed: the HTTP API's one function. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { handle } from "hono/aws-lambda";
import { CONFIG_FILE, OPEN_API_FILE, readDeployedFile, type UrlGeneratorConfig } from "./config.js";
import { ConnectionMaker } from "./connections.js";
import { readUrlGeneratorEnvironment } from "./environment.js";
import { METRIC, URL_GENERATOR_SERVICE } from "./metrics.js";
import { routes } from "./routes.js";

const logger = new Logger({ serviceName: URL_GENERATOR_SERVICE });
const metrics = new Metrics({ serviceName: URL_GENERATOR_SERVICE });
const config: UrlGeneratorConfig = JSON.parse(readDeployedFile(CONFIG_FILE));

export const handler = handle(
  routes({
    config,
    maker: new ConnectionMaker(readUrlGeneratorEnvironment(), config, ({ region }) => {
      const link = metrics.singleMetric();
      link.addDimension("region", region);
      link.addMetric(METRIC.links, MetricUnit.Count, 1);
    }),
    openApi: readDeployedFile(OPEN_API_FILE),
    // The name and the message only: the error of a call can carry the whole request in it.
    onFault: (route, error) => {
      const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
      logger.error("A request failed", { route, error: `${name}: ${message}` });
    },
  }),
);
