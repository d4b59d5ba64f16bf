import { QueryCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { Caller } from "../../emulator/customer/onboarding-api.js";
import type { TestCloud } from "./test-cloud.js";

/** A response of the API: the body is the parsed JSON, or the text. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at every corner of a response
  readonly body: any;
}

/** Calls the API as one caller. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
    private readonly caller: Caller = () => ({}),
  ) {}

  get(path: string): Promise<ApiResponse> {
    return this.send("GET", path);
  }

  delete(path: string): Promise<ApiResponse> {
    return this.send("DELETE", path);
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ApiResponse> {
    return this.send(
      "POST",
      path,
      { "Content-Type": "application/json", ...headers },
      typeof body === "string" ? body : JSON.stringify(body),
    );
  }

  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<ApiResponse> {
    const url = this.url + path;
    const response = await fetch(url, {
      method,
      headers: { ...this.headers, ...headers, ...this.caller({ method, url, body }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("Content-Type") ?? "") && text !== "";
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }
}

/** Everything that a request could leave behind: the table's items, and the statements of the topics' policies. */
export async function traces(test: TestCloud, tableName = test.program.tableName): Promise<string[]> {
  const { vendor } = test.cloud;
  const [home = "us-east-1"] = Object.keys(test.deployment.outputs.topicArns as object);
  const { Items = [] } = await vendor
    .dynamoDB(home)
    .send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
  // History does not count: it is added later, and stays when a connection is deleted again.
  const found = Items.filter(({ item }) => !item?.S?.startsWith("event#")).flatMap(
    ({ externalId, item, externalIds }) =>
      // Who holds something: what it is counts, and not that it was more once.
      item?.S === "holder"
        ? (externalIds?.SS ?? []).map((held) => `${held} held`)
        : [`${externalId?.S} ${item?.S}`],
  );
  const topicArns = test.deployment.outputs.topicArns as Record<string, string[]>;
  for (const [region, arns] of Object.entries(topicArns)) {
    for (const TopicArn of arns) {
      const { Attributes } = await vendor.sns(region).send(new GetTopicAttributesCommand({ TopicArn }));
      const { Statement = [] } = JSON.parse(Attributes?.Policy ?? "{}");
      found.push(...Statement.map(({ Sid }: { Sid: string }) => Sid));
    }
  }
  return found.sort();
}

/** Lets a link's time run out now, or so many hours ago. */
export async function expire(test: TestCloud, externalId: string, hours = 0): Promise<string> {
  const expiresAt = new Date(Date.now() - 1000 - hours * 3_600_000).toISOString();
  await test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "").send(
    new UpdateItemCommand({
      TableName: test.program.tableName,
      Key: { externalId: { S: externalId }, item: { S: "connection" } },
      UpdateExpression: "SET expiresAt = :past",
      ExpressionAttributeValues: { ":past": { S: expiresAt } },
    }),
  );
  return expiresAt;
}

/** The connections of an account. */
export async function connectionsOf(test: TestCloud, accountId: string): Promise<number> {
  const { Count = 0 } = await test.cloud.vendor.dynamoDB("us-east-1").send(
    new QueryCommand({
      TableName: test.program.tableName,
      IndexName: "byAccount",
      KeyConditionExpression: "accountId = :account",
      ExpressionAttributeValues: { ":account": { S: accountId } },
    }),
  );
  return Count;
}
