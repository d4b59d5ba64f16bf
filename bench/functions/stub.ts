/**
 * A stand-in for AWS in a process of its own, so that its work is not counted as a function's: it answers every call
 * over TLS as AWS does when all is well, and remembers nothing. A connection is always pending, a role is always in order.
 *
 * It prints its ports, with TLS and without, and ends when its standard input does.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createPlainServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pendingConnection } from "./events.js";

const [, , folder = ""] = process.argv;

const listener: RequestListener = async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { status, type, body } = answer(
    incoming.headers.host ?? "",
    String(incoming.headers["x-amz-target"] ?? ""),
    Buffer.concat(chunks).toString(),
  );
  outgoing.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
};

const tls = { key: readFileSync(`${folder}/server.key`), cert: readFileSync(`${folder}/server.pem`) };
const servers = [createServer(tls, listener), createPlainServer(listener)];

function answer(host: string, target: string, body: string) {
  const [service] = host.split(".");
  if (service === "sts") return assumeRole(new URLSearchParams(body));
  if (service === "sns")
    return xml(200, "<AddPermissionResponse><ResponseMetadata/></AddPermissionResponse>");
  if (host.startsWith("cloudformation-custom-resource-response-")) return xml(200, "");
  const action = target.slice(target.indexOf(".") + 1);
  const result =
    action === "GetItem"
      ? { Item: pendingConnection(JSON.parse(body).Key.externalId.S) }
      : action === "Query"
        ? { Items: [], Count: 0 }
        : {};
  return { status: 200, type: "application/x-amz-json-1.0", body: JSON.stringify(result) };
}

/** Roles of our template: with their own external ID and no other. */
function assumeRole(parameters: URLSearchParams) {
  const externalId = parameters.get("ExternalId");
  if (externalId === null || !parameters.get("RoleArn")?.endsWith(externalId.replace(":", "-"))) {
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

for (const server of servers) {
  // AWS keeps a connection for longer than any benchmark pauses.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}
console.log(servers.map((server) => (server.address() as AddressInfo).port).join(" "));
process.stdin.on("end", () => process.exit(0)).resume();
