/** What the URL generator writes into its log, and its metrics. */
import assert from "node:assert/strict";
import { UrlGeneratorTelemetry } from "../../../../functions/url-generator/telemetry.js";
import { logLines } from "../../log-lines.js";

describe("the URL generator's log", () => {
  it("names a topic that refuses accounts, and counts it as the alarm expects", async () => {
    const topicArn = "arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1";
    const lines = await logLines(() => new UrlGeneratorTelemetry().refusingTopic(topicArn));
    assert.deepEqual(
      lines.flatMap((line) => (line.level === "ERROR" ? [line.topicArn] : [])),
      [topicArn],
    );
    const [metrics, ...others] = lines.filter(({ _aws }) => _aws !== undefined);
    assert.deepEqual([metrics?.RefusingTopics, metrics?.service, others], [1, "url-generator", []]);
    assert.match(JSON.stringify(metrics), /"Dimensions":\[\["service"\]\]/);
  });
});
