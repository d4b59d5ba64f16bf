// Runs a deployed function in a thread of its own, as Lambda does in a process: it can be killed at any moment.
//
// --break replaces the receiver's handler by one that is known to be broken, to show what a soak must report.
const https = require("node:https");
const http = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");

const { file, port, broken } = workerData;

// Responses go to CloudFormation's genuine hosts. Here they are redirected to the soak's AWS, with the host in a header of its own. The only
// other host is that of the dead-letter queue: SQS's client takes it from the queue's URL.
https.request = ({ host, path, method, headers, signal }, callback) => {
  const isBucket = host.startsWith("cloudformation-custom-resource-response-");
  const sent = { ...headers, ...(isBucket && { "X-Response-Bucket": host }) };
  return http.request({ host: "127.0.0.1", port, path, method, signal, headers: sent }, callback);
};

const { handler } = require(file);

let handled = 0;
const brokenHandlers = {
  // Ignores every 20th notification.
  silent: (event, context) => (++handled % 20 === 0 ? undefined : handler(event, context)),
  // Responds to a Delete and leaves the record as it was.
  forgetful: (event, context) => {
    const request = JSON.parse(event.Records[0].Sns.Message);
    return request.RequestType === "Delete" ? succeed(request) : handler(event, context);
  },
  // Lets every Create succeed, whatever the record says.
  careless: (event, context) => {
    const request = JSON.parse(event.Records[0].Sns.Message);
    return request.RequestType === "Create" ? succeed(request) : handler(event, context);
  },
};

function succeed({ ResponseURL, StackId, LogicalResourceId, RequestId, PhysicalResourceId = "broken" }) {
  const url = new URL(ResponseURL);
  const body = JSON.stringify({
    Status: "SUCCESS",
    PhysicalResourceId,
    StackId,
    LogicalResourceId,
    RequestId,
  });
  return new Promise((resolve) => {
    const path = url.pathname + url.search;
    https
      .request({ host: url.host, path, method: "PUT", headers: { "Content-Type": "" } }, (response) => {
        response.resume();
        resolve();
      })
      .on("error", resolve)
      .end(body);
  });
}

const run = brokenHandlers[broken] ?? handler;

parentPort.on("message", async ({ id, event, milliseconds }) => {
  const deadline = Date.now() + milliseconds;
  const context = { getRemainingTimeInMillis: () => deadline - Date.now(), awsRequestId: String(id) };
  try {
    parentPort.postMessage({ id, result: await run(event, context) });
  } catch (error) {
    parentPort.postMessage({ id, error: `${error.name}: ${error.message}` });
  }
});
