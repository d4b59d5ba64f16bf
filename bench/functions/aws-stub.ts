/**
 * A stub of AWS in a process of its own, so that its work is not counted as a function's. It responds to every call as AWS
 * does when all is well, and remembers nothing: a connection is always pending, and a role is always right.
 *
 * It prints its ports, with TLS and without, and its certificate's authority as JSON, and ends when its standard input does.
 */
import { createServer as createPlainServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import { Certificate } from "../../emulator/aws/certificates.js";
import { listen, portOf } from "../../emulator/aws/loopback.js";
import { hosts, pendingConnection } from "./events.js";

let stsCalls = 0;

const listener: RequestListener = async (incoming, outgoing) => {
  if (incoming.url === "/sts-calls") {
    outgoing.end(String(stsCalls));
    return;
  }
  const { status, type, body } = respond(
    incoming.headers.host ?? "",
    String(incoming.headers["x-amz-target"] ?? ""),
    await text(incoming),
  );
  outgoing.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
};

const certificate = await Certificate.create(...hosts);
const server = createServer(certificate.serverOptions, listener);
const plainServer = createPlainServer(listener);

function respond(host: string, target: string, body: string) {
  const [service] = host.split(".");
  if (service === "sts") return assumeRole(new URLSearchParams(body));
  if (service === "sns")
    return xml(200, "<AddPermissionResponse><ResponseMetadata/></AddPermissionResponse>");
  if (host.startsWith("cloudformation-custom-resource-response-")) return xml(200, "");
  const action = target.slice(target.indexOf(".") + 1);
  const result = resultOf(action, JSON.parse(body));
  return { status: 200, type: "application/x-amz-json-1.0", body: JSON.stringify(result) };
}

/** What DynamoDB returns. A write that asks for the item gets it: the receiver reads a connection by counting the attempt. */
function resultOf(action: string, { Key, ReturnValues = "NONE" }: TableCall) {
  const connection = () => pendingConnection(Key?.externalId.S ?? "");
  if (action === "GetItem") return { Item: connection() };
  if (action === "UpdateItem" && ReturnValues !== "NONE") return { Attributes: connection() };
  return action === "Query" ? { Items: [], Count: 0 } : {};
}

interface TableCall {
  readonly Key?: { readonly externalId: { readonly S: string } };
  readonly ReturnValues?: string;
}

/** The roles can be assumed with their own external ID and no other, and some of them only from a time on that their name tells. */
function assumeRole(parameters: URLSearchParams) {
  stsCalls++;
  const externalId = parameters.get("ExternalId");
  const roleArn = parameters.get("RoleArn") ?? "";
  const [, from = "0"] = /\/from-(\w+)-/.exec(roleArn) ?? [];
  if (
    externalId === null ||
    !roleArn.endsWith(externalId.replace(":", "-")) ||
    Date.now() < Number.parseInt(from, 36)
  ) {
    return xml(
      403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized.</Message></Error><RequestId>1</RequestId></ErrorResponse>",
    );
  }
  return xml(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:probe</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/a/b</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>${"t".repeat(600)}</SessionToken><Expiration>2040-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleResponse>`,
  );
}

function xml(status: number, body: string) {
  return { status, type: "text/xml", body };
}

for (const each of [server, plainServer]) {
  // AWS keeps a connection open for longer than any benchmark pauses.
  each.keepAliveTimeout = 60_000;
  await listen(each);
}
const { authorityFile } = certificate;
console.log(JSON.stringify({ port: portOf(server), plainPort: portOf(plainServer), authorityFile }));
process.stdin
  .on("end", () => {
    certificate.remove();
    process.exit(0);
  })
  .resume();
