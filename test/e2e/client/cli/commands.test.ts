/** The operator's commands, and what happens around them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { InvokeCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { explainAll } from "../../../../client/cli/commands/why.js";
import { type Source, sourceOf } from "../../../../client/cli/session.js";
import { readTarget } from "../../../../client/cli/target.js";
import type { Template } from "../../../../emulator/customer/customer.js";
import { createLink } from "../../../../emulator/customer/onboarding-api.js";
import { DETAIL_TYPE, StatusChange } from "../../../../functions/changes/status-change.js";
import { readHistory } from "../../../../functions/domain/history.js";
import { labelsIn, until } from "../../capacity/topics.js";
import { TestCloud } from "../../test-cloud.js";
import { VendorEvents } from "../../vendor-events.js";
import { Operator } from "./operator.js";

const HOME = "us-east-1";
const REGION = "eu-west-1";
const project = fileURLToPath(new URL("../../../..", import.meta.url));

/** Shortens CloudFormation's wait for a response: what comes after it is the same. */
const impatient = (template: Template): Template => {
  const { Connection, ...others } = template.Resources;
  assert.ok(Connection, "the template has no resource Connection");
  const Properties = { ...Connection.Properties, ServiceTimeout: "3" };
  return { ...template, Resources: { ...others, Connection: { ...Connection, Properties } } };
};

describe("On the embedded cloud, an operator", function () {
  this.timeout(120_000);
  let test: TestCloud;
  let operator: Operator;
  let events: VendorEvents<StatusChange>;

  before(async () => {
    test = await TestCloud.start();
    operator = new Operator(test);
    events = await VendorEvents.listen(test, DETAIL_TYPE, StatusChange);
  });

  after(async () => {
    operator?.remove();
    await test?.cloud.stop();
  });

  afterEach(async () => {
    test.cloud.responseBuckets.fault = undefined;
    test.cloud.notifications.intercept = undefined;
    await test.cloud.notifications.idle();
  });

  const untilHeard = (externalId: string, status: string) =>
    events.until(externalId, (event) => event.status === status);

  /** Runs a program as a vendor does. */
  const run = (
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ["--disable-warning=ExperimentalWarning", "--import", "tsx", program, ...args],
        { cwd: project, env: { PATH: process.env.PATH, ...environment } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });

  const onboarding = (...args: string[]) => operator.run(...args);

  /** What the SDK reads by itself: with it, programs reach the embedded cloud as they would AWS. */
  const sdkEnvironment = () => ({
    AWS_ENDPOINT_URL: test.cloud.endpoint,
    AWS_ACCESS_KEY_ID: "111122223333",
    AWS_SECRET_ACCESS_KEY: test.cloud.secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  const listInstances = (externalId: string) =>
    run("examples/client/list-instances.ts", [test.program.tableName, HOME, externalId], sdkEnvironment());

  const newLink = async (region = REGION) => {
    const accountId = test.newAccount();
    const created = await createLink(test.program.onboardingUrl, { accountId, region });
    return { ...created, accountId, customer: test.cloud.customer(accountId) };
  };

  const connected = async () => {
    const link = await newLink();
    const stack = await link.customer.createStack(link.link);
    const { status, reason, outputs } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    const RoleName = outputs.RoleArn?.split("/").at(-1) ?? "";
    return { ...link, stack, iam: link.customer.clients.iam(HOME), RoleName };
  };

  it("sees that a customer's role is deleted, restored and made unsafe, and so does the vendor's application", async () => {
    const { externalId, accountId, iam, RoleName } = await connected();
    await untilHeard(externalId, "connected");
    const listed = await listInstances(externalId);
    assert.deepEqual(listed, { code: 0, stdout: "0 instances in eu-west-1.\n", stderr: "" });

    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const [PolicyName = ""] = PolicyNames;
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));

    const gone = await onboarding("probe", externalId);
    assert.equal(gone.code, 1, gone.stderr);
    assert.match(
      gone.stdout,
      /: the connection is unreachable\. The role arn:aws:iam::\d+:role\/onboarding\/dev\/.* can no longer be assumed/,
    );
    const unreachable = await untilHeard(externalId, "unreachable");
    assert.equal(unreachable.previousStatus, "connected");
    assert.equal(unreachable.accountId, accountId);
    assert.equal(unreachable.statusChangedAt, (await test.connection(externalId))?.statusChangedAt);
    const failed = await listInstances(externalId);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /^RoleGoneError: The role in the AWS account \d+ cannot be assumed/);

    await iam.send(
      new CreateRoleCommand({ RoleName, Path: "/onboarding/dev/", AssumeRolePolicyDocument: trust }),
    );
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) }),
    );
    const back = await onboarding("--json", "probe", accountId);
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(JSON.parse(back.stdout), [
      { externalId, outcome: "safe", status: "connected", previousStatus: "unreachable" },
    ]);
    await untilHeard(externalId, "connected");
    const credentials = await onboarding("credentials", "--format", "process", externalId);
    assert.deepEqual(Object.keys(JSON.parse(credentials.stdout)), [
      "Version",
      "AccessKeyId",
      "SecretAccessKey",
      "SessionToken",
      "Expiration",
    ]);

    const open = JSON.parse(trust);
    for (const statement of open.Statement) delete statement.Condition;
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(open) }));
    const unsafe = await onboarding("probe", externalId);
    assert.equal(unsafe.code, 1, unsafe.stderr);
    assert.match(
      unsafe.stdout,
      /: the connection is unsafe\. .*needs the condition "StringEquals": {"sts:ExternalId"/,
    );
    await untilHeard(externalId, "unsafe");
    const list = await onboarding("list", "--status", "unsafe", "--account", accountId);
    assert.match(list.stdout, new RegExp(`^unsafe +${accountId} .*${externalId}$`, "m"));
    const none = await onboarding("credentials", externalId);
    assert.equal(none.code, 1);
    assert.equal(none.stdout, "");
    assert.match(none.stderr, /^The connection to the AWS account \d+ is unsafe\./);
  });

  it("can leave it to the health check to find what is due, and nothing else", async () => {
    const [due, later] = [await connected(), await connected()];
    const verifiedAt = async ({ externalId }: { externalId: string }) =>
      (await test.connection(externalId))?.verifiedAt;
    const before = { due: await verifiedAt(due), later: await verifiedAt(later) };
    await test.cloud.vendor.dynamoDB(REGION).send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: { externalId: { S: due.externalId }, item: { S: "connection" } },
        UpdateExpression: "SET nextProbeAt = :past",
        ExpressionAttributeValues: { ":past": { S: "2026-01-01T00:00:00.000Z" } },
      }),
    );
    const { FunctionError, Payload } = await test.cloud.vendor
      .lambda(REGION)
      .send(new InvokeCommand({ FunctionName: "onboarding-dev-health", Payload: Buffer.from("{}") }));
    assert.equal(FunctionError, undefined, Buffer.from(Payload ?? []).toString());
    assert.notEqual(await verifiedAt(due), before.due);
    assert.equal(await verifiedAt(later), before.later);
    const nextProbeAt = new Date(String((await test.connection(due.externalId))?.nextProbeAt)).getTime();
    // A day, give or take a quarter, so that those that connected together are not probed together for ever.
    const hours = (nextProbeAt - Date.now()) / 3_600_000;
    assert.ok(hours > 17.9 && hours < 30.1, `${hours}`);
  });

  describe("asks why and is told", () => {
    let source: Source;

    before(async () => {
      source = sourceOf(await readTarget({ state: operator.state }));
    });

    /** Explains once the history has as many entries as expected: it follows the record by a moment. */
    const explained = async (externalId: string, entries: number) => {
      const dynamoDB = test.cloud.vendor.dynamoDB(externalId.split(":")[0] ?? "");
      const deadline = Date.now() + 20_000;
      for (;;) {
        let count = 0;
        for await (const _ of readHistory(dynamoDB, test.program.tableName, externalId)) count += 1;
        if (count >= entries) break;
        assert.ok(Date.now() < deadline, `${externalId} has ${count} entries of history`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const [explanation] = await explainAll(source, externalId);
      assert.ok(explanation);
      return explanation;
    };

    it("that a link was never opened", async () => {
      const { externalId, accountId } = await newLink();
      const { status, timeline, now, next } = await explained(externalId, 1);
      assert.equal(status, "pending");
      assert.deepEqual(
        timeline.map(({ text }) => text),
        [`A link was created for the AWS account ${accountId}.`],
      );
      assert.match(now, /^No stack has sent a request yet/);
      assert.match(next, /The link is valid until 20/);
    });

    it("that the stack was created in the wrong account", async () => {
      const { externalId, link, accountId } = await newLink();
      // An account that may publish, because it has a link of its own.
      const other = await newLink();
      const bent = { parameters: { AccountId: other.accountId } };
      const stack = await other.customer.createStack(link, bent);
      assert.equal((await stack.settled()).status, "ROLLBACK_COMPLETE");
      const { status, timeline, now } = await explained(externalId, 2);
      assert.equal(status, "pending");
      const said = `The link was made for the AWS account ${accountId}, but this stack is in ${other.accountId}.`;
      assert.ok(timeline[1]?.text.includes(`got the response FAILED: ${said}`), timeline[1]?.text);
      assert.ok(now.includes(said), now);
    });

    it("that the role cannot be assumed", async () => {
      // A receiver with less time waits less for a role that never becomes assumable.
      const region = "ap-southeast-2";
      const FunctionName = "onboarding-dev-receiver";
      const lambda = test.cloud.vendor.lambda(region);
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 24 }));
      try {
        const { externalId, link, customer } = await newLink(region);
        const stack = await customer.createStack(link, {
          template: (template) =>
            JSON.parse(JSON.stringify(template).replace('"sts:AssumeRole"', '"sts:TagSession"')),
        });
        assert.equal((await stack.settled()).status, "ROLLBACK_COMPLETE");
        // Lambda delivers it twice more, for a role that is assumable only after a minute.
        const { timeline, now, next } = await explained(externalId, 5);
        for (const { text } of timeline.slice(1, 4)) {
          assert.equal(text, "A stack's request arrived, and its role was about to be probed.");
        }
        assert.match(timeline[4]?.text ?? "", /got the response FAILED: The role arn:\S+ cannot be assumed/);
        assert.match(now, /^The last attempt failed, .*The role arn:\S+ cannot be assumed/);
        assert.match(next, /The link is valid until/);
      } finally {
        await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 65 }));
      }
    });

    it("that a response got lost", async () => {
      const { externalId, link, customer } = await newLink();
      const isCreate = (requestId: string) =>
        test.cloud.customResources.requests.some(
          ({ event }) => event.RequestId === requestId && event.RequestType === "Create",
        );
      test.cloud.responseBuckets.fault = (answer) => (answer && isCreate(answer.RequestId) ? 200 : undefined);
      const stack = await customer.createStack(link, { template: impatient });
      assert.equal((await stack.settled()).status, "ROLLBACK_COMPLETE");
      await test.untilStatus(externalId, "disconnected");
      const { timeline, now, next } = await explained(externalId, 4);
      assert.match(timeline.at(-1)?.text ?? "", /was deleted, which ended the connection\.$/);
      assert.match(now, /CloudFormation probably rolled it back: our response got lost/);
      assert.match(next, /Create a new link/);
    });

    it("that the request is in the dead-letter queue", async () => {
      const { externalId, link, customer } = await newLink();
      const sqs = test.cloud.vendor.sqs(REGION);
      const { QueueUrl } = await sqs.send(
        new GetQueueUrlCommand({ QueueName: "onboarding-dev-undelivered" }),
      );
      let kept = false;
      test.cloud.notifications.intercept = async (Message) => {
        const notification = { Type: "Notification", Message, Timestamp: new Date().toISOString() };
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(notification) }));
        kept = true;
      };
      const stack = await customer.createStack(link);
      while (!kept) await new Promise((resolve) => setTimeout(resolve, 20));
      test.cloud.notifications.intercept = undefined;
      const { timeline, now, next } = await explained(externalId, 1);
      assert.match(
        timeline.at(-1)?.text ?? "",
        /^The stack .* published a Create, which is now in the queue onboarding-dev-undelivered\.$/,
      );
      assert.match(now, /^A fault on our side kept a Create from the stack .* from being handled/);
      assert.match(next, /Run onboarding redrive eu-west-1\./);
      // Looking has left it there, for the command that was named: which helps.
      await new Promise((resolve) => setTimeout(resolve, 3500));
      const redriven = await onboarding("redrive", REGION);
      assert.match(redriven.stdout, /applied: Create from arn/);
      assert.equal((await stack.settled()).status, "CREATE_COMPLETE");
    });

    it("that the customer deleted the stack", async () => {
      const { externalId, stack } = await connected();
      // Connected long ago.
      await test.cloud.vendor.dynamoDB(REGION).send(
        new UpdateItemCommand({
          TableName: test.program.tableName,
          Key: { externalId: { S: externalId }, item: { S: "connection" } },
          UpdateExpression: "SET connectedAt = :past",
          ExpressionAttributeValues: { ":past": { S: "2026-01-01T00:00:00.000Z" } },
        }),
      );
      await stack.delete();
      await test.untilStatus(externalId, "disconnected");
      const { status, timeline, now } = await explained(externalId, 4);
      assert.equal(status, "disconnected");
      assert.equal(timeline.length, 4);
      assert.ok(now.startsWith(`The customer deleted the stack ${stack.id}`), now);
      await untilHeard(externalId, "disconnected");
    });
  });

  it("cancels a link once, and no connection", async () => {
    const { externalId, accountId } = await newLink();
    const cancelled = await onboarding("cancel", accountId);
    assert.deepEqual([cancelled.code, cancelled.stderr], [0, ""]);
    assert.match(cancelled.stdout, new RegExp(`^${externalId} is cancelled`));
    assert.equal((await test.connection(externalId))?.status, "cancelled");
    const { code, stdout } = await onboarding("--json", "cancel", externalId);
    assert.deepEqual([code, JSON.parse(stdout).status], [0, "cancelled"]);

    const other = await connected();
    const failed = await onboarding("cancel", other.externalId);
    assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    assert.match(failed.stderr, /deleting the stack/);
    assert.equal((await test.connection(other.externalId))?.status, "connected");
  });

  it("ends a connection from the vendor's side, and the customer can still delete the stack", async () => {
    const { externalId, accountId, stack } = await connected();
    await untilHeard(externalId, "connected");
    const ended = await onboarding("end", accountId, "--reason", "The contract ran out.");
    assert.deepEqual([ended.code, ended.stderr], [0, ""]);
    assert.match(ended.stdout, new RegExp(`^${externalId} ended at 20.*should delete the stack ${stack.id}`));
    const { endedBy, endReason, endedAt, status } = (await test.connection(externalId)) ?? {};
    assert.deepEqual([status, endedBy, endReason], ["disconnected", "vendor", "The contract ran out."]);
    const again = await onboarding("--json", "end", externalId, "--reason", "Once more.");
    assert.deepEqual(
      [again.code, JSON.parse(again.stdout).endReason, JSON.parse(again.stdout).endedAt],
      [0, "The contract ran out.", endedAt],
    );

    const event = await untilHeard(externalId, "disconnected");
    assert.deepEqual([event.endedBy, event.reason], ["vendor", "The contract ran out."]);
    const why = await onboarding("why", externalId);
    assert.match(why.stdout, /The vendor ended the connection at 20.*The contract ran out\./);
    assert.match(why.stdout, /the customer can delete it for 180 days after the end/);
    const list = await onboarding("list", "--account", accountId);
    assert.match(list.stdout, /^disconnected /m);
    const none = await onboarding("credentials", externalId);
    assert.match(none.stderr, /is not connected: this connection is disconnected/);

    // Its account may publish until the stack is gone.
    const label = externalId.replace(":", "-");
    assert.ok((await labelsIn(test, REGION)).includes(label));
    const deleted = await stack.delete();
    assert.equal(deleted.status, "DELETE_COMPLETE", deleted.reason);
    await until(async () =>
      (await labelsIn(test, REGION)).includes(label) ? `${label} is left` : undefined,
    );
    assert.equal((await test.connection(externalId))?.endedBy, "vendor");

    const link = await newLink();
    const failed = await onboarding("end", link.externalId, "--reason", "x");
    assert.deepEqual([failed.code, failed.stdout], [1, ""]);
    assert.match(failed.stderr, /never was connected, so that there is nothing to end/);
  });

  it("sees no escape and no unpaired surrogate in what any command prints, whatever is in a record or a queue", async () => {
    const evil = "\u001b[2J\u009b31m\u202e\u0007";
    const { externalId, accountId } = await connected();
    const link = await newLink();
    const texts = ["tenant", "grantedTo", "reason", "templateVersion", "stackId", "verifiedAt", "endReason"];
    const values = Object.fromEntries(texts.map((name) => [name, `${name}${evil}`]));
    await test.set(externalId, values);
    await test.set(link.externalId, values);
    await test.cloud.vendor.dynamoDB(REGION).send(
      new PutItemCommand({
        TableName: test.program.tableName,
        Item: {
          externalId: { S: externalId },
          item: { S: `event#2026-01-01T00:00:00.000Z#${evil}` },
          at: { S: evil },
          event: { S: "failed" },
          stackId: { S: evil },
          reason: { S: evil },
        },
      }),
    );
    const sqs = test.cloud.vendor.sqs(REGION);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "onboarding-dev-undelivered" }));
    const letter = (message: unknown) => ({
      ...{ Type: "Notification", Timestamp: "2026-01-01T00:00:00.000Z" },
      Message: JSON.stringify(message),
    });
    for (const MessageBody of [
      JSON.stringify(
        letter({ RequestType: evil, StackId: evil, ResourceProperties: { ExternalID: externalId } }),
      ),
      "not JSON \u009b\u202e",
    ]) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }

    const commands: Readonly<Record<string, readonly string[]>> = {
      list: ["--account", accountId],
      show: [externalId],
      why: [externalId],
      outdated: [],
      probe: [externalId],
      cancel: [link.externalId],
      credentials: [externalId],
      redrive: [REGION],
      regions: ["--check", REGION],
      restore: ["onboarding-dev-restored"],
      organizations: ["list"],
      end: [externalId, "--reason", "Enough."],
    };
    const help = (await onboarding("--help")).stdout;
    const known = [...help.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name = ""]) => name);
    assert.deepEqual(known.filter((name) => name !== "help").sort(), Object.keys(commands).sort());
    const escaped = new Set<string>();
    for (const [name, args] of Object.entries(commands)) {
      for (const format of [[], ["--json"]]) {
        const { stdout, stderr } = await onboarding(...format, name, ...args);
        const said = stdout + stderr;
        assert.notEqual(said, "", name);
        assert.doesNotMatch(said, /[^\P{C}\n]/u, `${name} ${said}`);
        if (said.includes("\\u001b")) escaped.add(name);
        if (format.length > 0 && stdout !== "") JSON.parse(stdout);
      }
    }
    for (const name of ["list", "show", "why", "outdated", "end"]) assert.ok(escaped.has(name), name);
  });

  it("needs no more than the table's name and the home region", async () => {
    const { externalId, accountId } = await connected();
    const byTable = async (...args: string[]) => {
      const target = ["--table", test.program.tableName, "--region", HOME];
      const { code, stdout, stderr } = await run(
        "client/cli/index.ts",
        [...target, ...args],
        sdkEnvironment(),
      );
      assert.equal(stderr, "");
      return { code, stdout };
    };
    const shown = await byTable("show", externalId);
    assert.match(shown.stdout, new RegExp(`^accountId +${accountId}$`, "m"));
    const listed = await byTable("--json", "list", "--account", accountId);
    assert.deepEqual(
      JSON.parse(listed.stdout).connections.map(
        (connection: { externalId: string }) => connection.externalId,
      ),
      [externalId],
    );

    const regions = await byTable("regions");
    const lines = regions.stdout.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(/ {2,}/).slice(0, 4).join(" | ")),
      [
        "REGION | STATE | OPTED IN | REPLICA",
        ...(test.config["onboarding:regions"] as string[]).map(
          (region) => `${region} | served | default | ACTIVE`,
        ),
      ],
    );
  });

  it("lists the stacks that were made from an earlier template, with the links that update them", async () => {
    const { externalId, stack } = await connected();
    const { stdout } = await onboarding("--json", "outdated");
    const { current, outdated } = JSON.parse(stdout);
    const isListed = (list: readonly { externalId: string }[]) =>
      list.some((one) => one.externalId === externalId);
    assert.equal(current[""].url, test.program.templateUrl);
    assert.ok(!isListed(outdated));

    await test.cloud.vendor.dynamoDB(REGION).send(
      new UpdateItemCommand({
        TableName: test.program.tableName,
        Key: { externalId: { S: externalId }, item: { S: "connection" } },
        UpdateExpression: "SET templateVersion = :earlier",
        ExpressionAttributeValues: { ":earlier": { S: "earlier" } },
      }),
    );
    // The index follows the record by a moment.
    let found = { code: 0, stdout: "" };
    for (const deadline = Date.now() + 20_000; Date.now() < deadline && found.code === 0; ) {
      found = await onboarding("outdated");
    }
    assert.equal(found.code, 1);
    assert.match(found.stdout, new RegExp(`^New links use template version ${current[""].version}\\.$`, "m"));
    assert.match(
      found.stdout,
      /has version earlier\. This link updates it:\n {2}https:\/\/eu-west-1\.console/,
    );
    assert.ok(found.stdout.includes(`stackId=${encodeURIComponent(stack.id)}`));
  });
});
