import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { RegionInfo } from "@aws-cdk/region-info";
import {
  allRegions,
  connectionTopics,
  type Inputs,
  ofType,
  only,
  type Registration,
  type Run,
  runOnce,
  runProgram,
  smallStack,
} from "./run-program.js";

const resolve = createRequire(import.meta.url).resolve;

/** Whether the type's constructor takes the argument, by the provider's own declarations. */
function takes({ type }: Registration, argument: string): boolean {
  const [, path] = /^aws:(.+):\w+$/.exec(type) ?? [];
  const declarations = readFileSync(resolve(`@pulumi/aws/${path}.d.ts`), "utf8");
  const constructorArguments = declarations.slice(declarations.lastIndexOf("export interface"));
  return new RegExp(`^ {4}${argument}\\?: `, "m").test(constructorArguments);
}

function resources({ registrations }: Run): Registration[] {
  return registrations.filter(({ custom }) => custom);
}

/** The region that a resource is meant for, told by the component it belongs to. */
function regionMeant({ urn }: Registration, homeRegion: string): string {
  return /::onboarding-(?:alarms-)?([a-z]{2}(?:-[a-z]+)+-\d)-/.exec(urn)?.[1] ?? homeRegion;
}

describe("The program", function () {
  // Thirty-four regions are more than a thousand resources.
  this.timeout(60_000);
  const everywhere = { "aws:region": "us-east-1", "onboarding:regions": allRegions("us-east-1") };

  for (const [regions, resourceCount, componentCount] of [
    [["us-east-1"], 96, 14],
    [["us-east-1", "eu-west-1", "ap-southeast-2"], 192, 26],
    [allRegions("us-east-1"), 1544, 195],
  ] as const) {
    it(`registers ${resourceCount} resources for ${regions.length} regions, each in its own region`, async () => {
      const run = await runOnce({ ...smallStack, "onboarding:regions": regions });
      assert.equal(resources(run).length, resourceCount);
      assert.equal(run.registrations.length - resourceCount, componentCount);

      let regional = 0;
      for (const resource of resources(run)) {
        if (takes(resource, "region")) {
          assert.equal(resource.inputs.region, regionMeant(resource, "us-east-1"), resource.name);
          regional += 1;
        } else {
          assert.match(resource.type, /^aws:iam\//, `${resource.name} cannot be put into a region`);
        }
      }
      // IAM's are the client's policy, and one role with its policy for each of a region's functions, for the URL generator and for
      // alarm forwarding. Only in regions that are on by default organizations are listed.
      const listed = regions.filter((region) => !RegionInfo.get(region).isOptInRegion).length;
      assert.equal(regional, resourceCount - 2 * (4 * regions.length + listed + 2) - 1);
      assert.deepEqual(
        connectionTopics(run).map(({ inputs }) => inputs.region),
        regions,
      );
    });
  }

  it("knows the 34 regions of the aws partition", () => {
    assert.equal(allRegions("us-east-1").length, 34);
  });

  it("gives every resource a component as its parent, and names it after that component", async () => {
    const run = await runOnce();
    for (const resource of resources(run)) {
      const parent = run.registrations.find(({ urn }) => urn === resource.parent);
      assert.ok(parent && !parent.custom, `${resource.name} has no component as its parent`);
      assert.ok(resource.name.startsWith(`${parent.name}-`), `${resource.name} in ${parent.name}`);
    }
  });

  it("tags every resource that takes tags", async () => {
    const tags = { "onboarding:stack": "dev", team: "platform" };
    const run = await runOnce({ ...smallStack, "onboarding:tags": { team: "platform" } });
    let tagged = 0;
    for (const resource of resources(run)) {
      if (takes(resource, "tags")) {
        assert.deepEqual(resource.inputs.tags, tags, resource.name);
        tagged += 1;
      }
    }
    assert.equal(tagged, 81);
  });

  it("names what it makes as its customers and operators will know it for years", async () => {
    const run = await runOnce(smallStack, { stack: "prod" });
    const names = resources(run).map(({ type, inputs }) => [
      type.replace(/^aws:|\/.*$/g, ""),
      inputs.name ?? inputs.bucket,
      inputs.region ?? "-",
    ]);
    const named = (service: string) =>
      names.filter(([of]) => of === service).map(([, name, region]) => `${name} ${region}`);
    assert.deepEqual(
      named("sns").filter((name) => !name.startsWith("undefined")),
      ["onboarding-prod-1 us-east-1", "onboarding-prod-1 eu-west-1", "onboarding-prod-alarms us-east-1"],
    );
    assert.deepEqual(
      named("dynamodb").filter((name) => !name.startsWith("undefined")),
      ["onboarding-prod-connections us-east-1"],
    );
    assert.deepEqual([...new Set(named("s3"))], ["onboarding-prod-111122223333-us-east-1-an us-east-1"]);
    assert.deepEqual(
      ofType(run, "lambda/function:Function")
        .map(({ inputs }) => `${inputs.name} ${inputs.region}`)
        .sort(),
      [
        "onboarding-prod-changes eu-west-1",
        "onboarding-prod-changes us-east-1",
        "onboarding-prod-health eu-west-1",
        "onboarding-prod-health us-east-1",
        "onboarding-prod-organizations eu-west-1",
        "onboarding-prod-organizations us-east-1",
        "onboarding-prod-receiver eu-west-1",
        "onboarding-prod-receiver us-east-1",
        "onboarding-prod-topic-policies eu-west-1",
        "onboarding-prod-topic-policies us-east-1",
        "onboarding-prod-url-generator us-east-1",
      ],
    );
    assert.deepEqual(
      ofType(run, "iam/role:Role")
        .map(({ inputs }) => inputs.name)
        .sort(),
      [
        "onboarding-prod-alarm-forwarding",
        "onboarding-prod-changes-eu-west-1",
        "onboarding-prod-changes-us-east-1",
        "onboarding-prod-health-eu-west-1",
        "onboarding-prod-health-us-east-1",
        "onboarding-prod-organizations-eu-west-1",
        "onboarding-prod-organizations-us-east-1",
        "onboarding-prod-receiver-eu-west-1",
        "onboarding-prod-receiver-us-east-1",
        "onboarding-prod-topic-policies-eu-west-1",
        "onboarding-prod-topic-policies-us-east-1",
        "onboarding-prod-url-generator",
      ],
    );
    assert.deepEqual(
      ofType(run, "sqs/queue:Queue")
        .map(({ inputs }) => `${inputs.name} ${inputs.region}`)
        .sort(),
      [
        "onboarding-prod-receiver-failed eu-west-1",
        "onboarding-prod-receiver-failed us-east-1",
        "onboarding-prod-undelivered eu-west-1",
        "onboarding-prod-undelivered us-east-1",
      ],
    );
    assert.deepEqual(
      ofType(run, "cloudwatch/logGroup:LogGroup")
        .map(({ inputs }) => `${inputs.name} ${inputs.region}`)
        .sort(),
      [
        "/aws/lambda/onboarding-prod-changes eu-west-1",
        "/aws/lambda/onboarding-prod-changes us-east-1",
        "/aws/lambda/onboarding-prod-health eu-west-1",
        "/aws/lambda/onboarding-prod-health us-east-1",
        "/aws/lambda/onboarding-prod-organizations eu-west-1",
        "/aws/lambda/onboarding-prod-organizations us-east-1",
        "/aws/lambda/onboarding-prod-receiver eu-west-1",
        "/aws/lambda/onboarding-prod-receiver us-east-1",
        "/aws/lambda/onboarding-prod-topic-policies eu-west-1",
        "/aws/lambda/onboarding-prod-topic-policies us-east-1",
        "/aws/lambda/onboarding-prod-url-generator us-east-1",
        "/aws/vendedlogs/onboarding-prod-api us-east-1",
      ],
    );
  });

  it("stays within AWS's limits for names with the longest stack name and the longest region", async () => {
    const run = await runOnce(
      { ...everywhere, "aws:region": "ap-southeast-2" },
      { stack: "a23456789-123456" },
    );
    const longest = (type: string, key: string) =>
      Math.max(...ofType(run, type).map(({ inputs }) => String(inputs[key]).length));
    assert.ok(longest("s3/bucket:Bucket", "bucket") <= 63);
    assert.ok(longest("iam/role:Role", "name") <= 64);
    assert.ok(longest("lambda/function:Function", "name") <= 64);
    assert.ok(longest("sqs/queue:Queue", "name") <= 80);
    // IAM counts a role's inline policies together; a function's variables have 4 KB in all.
    assert.ok(longest("iam/rolePolicy:RolePolicy", "policy") <= 10_240);
    for (const { inputs } of ofType(run, "lambda/function:Function")) {
      assert.ok(JSON.stringify(inputs.environment.variables).length <= 4096, inputs.name);
    }
  });

  it("protects the table and all of every region, and nothing else", async () => {
    const run = await runOnce();
    const isRegional = ({ urn }: Registration) => /::onboarding-(us-east-1|eu-west-1)(-|$)/.test(urn);
    for (const registration of run.registrations) {
      const expected = isRegional(registration) || registration.type === "aws:dynamodb/table:Table";
      assert.equal(registration.protect, expected, registration.urn);
    }
    assert.equal(run.registrations.filter(isRegional).length, 2 * 52);
    assert.equal(only(run, "s3/bucket:Bucket").inputs.forceDestroy, false);
  });

  it("protects nothing in a trial", async () => {
    const run = await runOnce({ ...smallStack, "onboarding:protect": false });
    assert.deepEqual(
      run.registrations.filter(({ protect }) => protect),
      [],
    );
    const table = only(run, "dynamodb/table:Table").inputs;
    assert.equal(table.deletionProtectionEnabled, false);
    assert.equal(table.replicas[0].deletionProtectionEnabled, false);
    assert.equal(only(run, "s3/bucket:Bucket").inputs.forceDestroy, true);
  });

  it("leaves the topics' policies to the URL generator", async () => {
    const run = await runOnce();
    assert.deepEqual(ofType(run, "sns/topicPolicy:TopicPolicy"), []);
    for (const { inputs } of connectionTopics(run)) {
      assert.deepEqual(Object.keys(inputs).sort(), ["name", "region", "tags"]);
    }
  });

  it("keeps the connections in a global table with a protected replica in every other region", async () => {
    const run = await runOnce({
      ...smallStack,
      "onboarding:regions": ["us-east-1", "eu-west-1", "ap-southeast-2"],
    });
    const replica = { pointInTimeRecovery: true, deletionProtectionEnabled: true, propagateTags: true };
    assert.deepEqual(only(run, "dynamodb/table:Table").inputs, {
      region: "us-east-1",
      name: "onboarding-dev-connections",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "externalId",
      rangeKey: "item",
      attributes: [
        { name: "externalId", type: "S" },
        { name: "item", type: "S" },
        { name: "accountId", type: "S" },
        { name: "createdAt", type: "S" },
        { name: "region", type: "S" },
        { name: "tenant", type: "S" },
        { name: "topicArn", type: "S" },
        { name: "organization", type: "S" },
        { name: "nextProbeAt", type: "S" },
        { name: "nextListingAt", type: "S" },
      ],
      globalSecondaryIndexes: [
        {
          name: "byAccount",
          keySchemas: [
            { attributeName: "accountId", keyType: "HASH" },
            { attributeName: "createdAt", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
        {
          name: "byRegion",
          keySchemas: [
            { attributeName: "region", keyType: "HASH" },
            { attributeName: "createdAt", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
        {
          name: "byTenant",
          keySchemas: [
            { attributeName: "tenant", keyType: "HASH" },
            { attributeName: "createdAt", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
        {
          name: "byTopic",
          keySchemas: [
            { attributeName: "topicArn", keyType: "HASH" },
            { attributeName: "createdAt", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
        {
          name: "byOrganization",
          keySchemas: [
            { attributeName: "organization", keyType: "HASH" },
            { attributeName: "accountId", keyType: "RANGE" },
          ],
          projectionType: "ALL",
        },
        {
          name: "byNextProbe",
          keySchemas: [
            { attributeName: "region", keyType: "HASH" },
            { attributeName: "nextProbeAt", keyType: "RANGE" },
          ],
          projectionType: "KEYS_ONLY",
        },
        {
          name: "byNextListing",
          keySchemas: [
            { attributeName: "region", keyType: "HASH" },
            { attributeName: "nextListingAt", keyType: "RANGE" },
          ],
          projectionType: "KEYS_ONLY",
        },
      ],
      ttl: { attributeName: "deleteAfter", enabled: true },
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
      replicas: [
        { regionName: "ap-southeast-2", ...replica },
        { regionName: "eu-west-1", ...replica },
      ],
      tags: { "onboarding:stack": "dev" },
    });
  });

  it("has a replica in every offered region when the home region is not one of them", async () => {
    const run = await runOnce({ ...smallStack, "onboarding:regions": ["eu-west-1", "eu-west-2"] });
    const { region, replicas } = only(run, "dynamodb/table:Table").inputs;
    assert.equal(region, "us-east-1");
    assert.deepEqual(
      replicas.map(({ regionName }: { regionName: string }) => regionName),
      ["eu-west-1", "eu-west-2"],
    );
    assert.deepEqual(Object.keys(run.outputs.topicArns), ["eu-west-1", "eu-west-2"]);
  });

  it("runs the same code in every region, on Lambda's current Node", async () => {
    const run = await runOnce(everywhere);
    const receivers = ofType(run, "lambda/function:Function").filter(({ inputs }) =>
      inputs.name.endsWith("-receiver"),
    );
    assert.equal(receivers.length, 34);
    assert.equal(new Set(receivers.map(({ inputs }) => JSON.stringify(inputs.code))).size, 1);
    const { region, role, code, deadLetterConfig, description, ...rest } = receivers[0]?.inputs ?? {};
    assert.deepEqual(Object.keys(code), ["index.js", "package.json"]);
    assert.deepEqual(rest, {
      name: "onboarding-dev-receiver",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memorySize: 256,
      timeout: 90,
      environment: {
        variables: {
          TABLE_NAME: "onboarding-dev-connections",
          CUSTOMER_ROLE_PATH: "/onboarding/dev/",
          DEAD_LETTER_QUEUE_URL: `https://sqs.${receivers[0]?.inputs.region}.amazonaws.com/111122223333/onboarding-dev-receiver-failed`,
          METRICS_NAMESPACE: "onboarding-dev",
        },
      },
      tags: { "onboarding:stack": "dev" },
    });
  });

  it("reserves concurrency for the receivers alone, and only where it is told to", async () => {
    const reserved = (run: Run) =>
      ofType(run, "lambda/function:Function")
        .filter(({ inputs }) => "reservedConcurrentExecutions" in inputs)
        .map(
          ({ inputs: { region, name, reservedConcurrentExecutions: count } }) => `${region} ${name} ${count}`,
        );
    assert.deepEqual(reserved(await runOnce()), []);
    const told = await runOnce({ ...smallStack, "onboarding:receiverReservedConcurrency": 50 });
    assert.deepEqual(reserved(told).sort(), [
      "eu-west-1 onboarding-dev-receiver 50",
      "us-east-1 onboarding-dev-receiver 50",
    ]);
  });

  it("keeps what a receiver failed to handle, and what SNS could not hand over, for 14 days, encrypted", async () => {
    const run = await runOnce();
    for (const { inputs } of ofType(run, "sqs/queue:Queue")) {
      assert.equal(inputs.messageRetentionSeconds, 1_209_600);
      assert.equal(inputs.sqsManagedSseEnabled, true);
    }
    for (const region of ["us-east-1", "eu-west-1"]) {
      const receiver = only(
        run,
        "lambda/function:Function",
        `onboarding-${region}-receiver-handler-function`,
      ).inputs;
      const queue = (name: string) => `arn:aws:sqs:${region}:111122223333:onboarding-dev-${name}`;
      assert.equal(receiver.deadLetterConfig.targetArn, queue("receiver-failed"));
      const { redrivePolicy, ...subscription } = only(
        run,
        "sns/topicSubscription:TopicSubscription",
        `onboarding-${region}-receiver-topic-1-subscription`,
      ).inputs;
      assert.deepEqual(JSON.parse(redrivePolicy), { deadLetterTargetArn: queue("undelivered") });
      assert.deepEqual(subscription, {
        region,
        topic: `arn:aws:sns:${region}:111122223333:onboarding-dev-1`,
        protocol: "lambda",
        endpoint: `arn:aws:lambda:${region}:111122223333:function:onboarding-dev-receiver`,
      });
    }
  });

  it("watches in each region what must never happen there", async () => {
    const run = await runOnce();
    const watched = ofType(run, "cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => {
      const { region, name, threshold } = inputs;
      if (!inputs.metricQueries) {
        const { namespace, metricName, dimensions, statistic } = inputs;
        return [region, name, namespace, metricName, dimensions, `${statistic} > ${threshold}`];
      }
      const queries: Inputs[] = inputs.metricQueries;
      const metrics = queries.flatMap(({ metric }) => (metric ? [metric] : []));
      const [expression] = queries.flatMap(({ expression }) => (expression ? [expression] : []));
      const [{ namespace, metricName, stat } = {}] = metrics;
      const names = metrics.flatMap(({ dimensions }) => Object.values(dimensions));
      return [region, name, expression, `${namespace} ${metricName}`, names, `${stat} > ${threshold}`];
    });
    const own = { service: "receiver" };
    const of = (region: string) => [
      [
        region,
        "onboarding-dev-dead-letters",
        "SUM(METRICS())",
        "AWS/SQS ApproximateNumberOfMessagesVisible",
        ["onboarding-dev-receiver-failed", "onboarding-dev-undelivered"],
        "Maximum > 0",
      ],
      [region, "onboarding-dev-receiver-errors", "onboarding-dev", "Errors", own, "Sum > 0"],
      [region, "onboarding-dev-dropped-requests", "onboarding-dev", "DroppedRequests", own, "Sum > 0"],
      [region, "onboarding-dev-slow-responses", "onboarding-dev", "ResponseSeconds", own, "Maximum > 30"],
      [
        region,
        "onboarding-dev-health-behind",
        "onboarding-dev",
        "BehindSeconds",
        { service: "health" },
        "Maximum > 7200",
      ],
      [
        region,
        "onboarding-dev-unsafe-roles",
        "onboarding-dev",
        "UnsafeRoles",
        { service: "health" },
        "Sum > 0",
      ],
      [
        region,
        "onboarding-dev-late-changes",
        "AWS/Lambda",
        "IteratorAge",
        { FunctionName: "onboarding-dev-changes" },
        "Maximum > 900000",
      ],
      [
        region,
        "onboarding-dev-capacity",
        "onboarding-dev",
        "UsedCapacity",
        { service: "topic-policies" },
        "Maximum > 80",
      ],
      [
        region,
        "onboarding-dev-statement-errors",
        "SUM(METRICS())",
        "onboarding-dev Errors",
        ["topic-policies", "url-generator"],
        "Sum > 0",
      ],
      [
        region,
        "onboarding-dev-scheduled-errors",
        "SUM(METRICS())",
        "AWS/Lambda Errors",
        ["onboarding-dev-health", "onboarding-dev-topic-policies", "onboarding-dev-organizations"],
        "Sum > 0",
      ],
      [
        region,
        "onboarding-dev-organization-shrinks",
        "onboarding-dev",
        "HeldEnds",
        { service: "organizations" },
        "Maximum > 0",
      ],
    ];
    assert.deepEqual(watched.sort(), [...of("us-east-1"), ...of("eu-west-1")].sort());
    for (const { inputs } of ofType(run, "cloudwatch/metricAlarm:MetricAlarm")) {
      assert.equal(inputs.treatMissingData, "notBreaching");
      // CloudWatch wants a period for each metric: the alarm's own, or one in each of its queries (PutMetricAlarm).
      const periods = (inputs.metricQueries ?? [inputs])
        .filter(({ expression }: Inputs) => !expression)
        .map((query: Inputs) => (query.metric ?? query).period);
      for (const period of periods) assert.ok(period >= 60, inputs.name);
      assert.match(inputs.alarmDescription, /\.$/);
    }
  });

  it("tells the URL generator everything that a link is made of", async () => {
    const run = await runOnce();
    const { TOPICS, ...variables } = only(
      run,
      "lambda/function:Function",
      "onboarding-url-generator-handler-function",
    ).inputs.environment.variables;
    assert.deepEqual(JSON.parse(TOPICS), { "us-east-1": 1, "eu-west-1": 1 });
    const [template, organization] = ofType(run, "s3/bucketObjectv2:BucketObjectv2").map(
      ({ inputs: { bucket, key, content } }) => ({
        url: `https://${bucket}.s3.us-east-1.amazonaws.com/${key}`,
        version: JSON.parse(content).Resources.Connection.Properties.TemplateVersion,
      }),
    );
    assert.equal(run.outputs.templateUrl, template?.url);
    assert.deepEqual(variables, {
      TABLE_NAME: "onboarding-dev-connections",
      TOPIC_PREFIX: "onboarding-dev",
      TEMPLATES: JSON.stringify({ "": { ...template, organization } }),
      TRUSTED_ACCOUNT: "111122223333",
      METRICS_NAMESPACE: "onboarding-dev",
    });
  });

  it("applies the configured boundary, path and retention to its own roles and logs", async () => {
    const run = await runOnce({
      ...smallStack,
      "onboarding:permissionsBoundary": "arn:aws:iam::111122223333:policy/boundary",
      "onboarding:rolePath": "/vendor/",
      "onboarding:logRetentionDays": 30,
    });
    for (const { inputs } of ofType(run, "iam/role:Role")) {
      assert.equal(inputs.permissionsBoundary, "arn:aws:iam::111122223333:policy/boundary");
      assert.equal(inputs.path, "/vendor/");
    }
    for (const { inputs } of ofType(run, "cloudwatch/logGroup:LogGroup")) {
      assert.equal(inputs.retentionInDays, 30);
    }
  });

  it("tells its operator where everything is", async () => {
    const { outputs } = await runOnce();
    assert.match(
      outputs.templateUrl,
      /^https:\/\/onboarding-dev-111122223333-us-east-1-an\.s3\.us-east-1\.amazonaws\.com\/templates\/[0-9a-f]{32}\.json$/,
    );
    assert.deepEqual(outputs, {
      onboardingUrl: "https://onboarding-url-generator-http-api-id.execute-api.us-east-1.amazonaws.com",
      domainTarget: undefined,
      apiArn: "arn:aws:execute-api:us-east-1:111122223333:onboarding-url-generator-http-api-id",
      topicArns: {
        "us-east-1": ["arn:aws:sns:us-east-1:111122223333:onboarding-dev-1"],
        "eu-west-1": ["arn:aws:sns:eu-west-1:111122223333:onboarding-dev-1"],
      },
      alarmTopicArn: "arn:aws:sns:us-east-1:111122223333:onboarding-dev-alarms",
      tableName: "onboarding-dev-connections",
      clientPolicyArn: "arn:aws:iam::111122223333:policy/onboarding-dev-client",
      templateUrl: outputs.templateUrl,
    });
  });

  it("records what happens in the account where its operator wants that, and nowhere else", async () => {
    const trails = ({ registrations }: Run) =>
      registrations.filter(({ type }) => type === "awsx:cloudtrail:Trail");
    assert.deepEqual(trails(await runOnce()), []);
    const [trail, ...others] = trails(await runOnce({ ...smallStack, "onboarding:auditTrail": true }));
    assert.deepEqual(others, []);
    // Without a region: what the component makes would not follow it.
    assert.deepEqual(trail?.inputs, {
      name: "onboarding-dev-audit",
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      // Without it, awsx deletes the record with the trail.
      s3Bucket: { args: { forceDestroy: false, tags: { "onboarding:stack": "dev" } } },
      cloudWatchLogsGroup: { enable: false },
      tags: { "onboarding:stack": "dev" },
    });
  });

  it("gives the changes function the days that history is kept", async () => {
    const run = await runOnce({ ...smallStack, "onboarding:historyDays": 30 });
    assert.deepEqual(
      only(run, "lambda/function:Function", "onboarding-eu-west-1-changes-handler-function").inputs
        .environment.variables,
      {
        TABLE_NAME: "onboarding-dev-connections",
        HISTORY_DAYS: "30",
        HOME_REGION: "us-east-1",
        EVENT_SOURCE: "onboarding-dev",
        METRICS_NAMESPACE: "onboarding-dev",
      },
    );
  });

  it("has one reader of each region's stream: changes, of the region's connections and not of their history", async () => {
    const mappings = ofType(await runOnce(), "lambda/eventSourceMapping:EventSourceMapping");
    assert.deepEqual(mappings.map(({ inputs }) => inputs.region).sort(), ["eu-west-1", "us-east-1"]);
    for (const { inputs } of mappings) {
      const { region, eventSourceArn, functionName, filterCriteria } = inputs;
      assert.equal(functionName, "onboarding-dev-changes");
      assert.ok(eventSourceArn.startsWith(`arn:aws:dynamodb:${region}:`), eventSourceArn);
      assert.deepEqual(
        filterCriteria.filters.map(({ pattern }: { pattern: string }) => JSON.parse(pattern)),
        [
          {
            dynamodb: {
              Keys: { item: { S: ["connection"] }, externalId: { S: [{ prefix: `${region}:` }] } },
            },
          },
        ],
      );
    }
  });

  it("registers the same again when it runs again: the second preview is empty", async () => {
    const sorted = ({ registrations }: Run) => [...registrations].sort((a, b) => a.urn.localeCompare(b.urn));
    assert.deepEqual(sorted(await runProgram()), sorted(await runOnce()));
  });

  it("changes nothing that lives in a region when another region is added", async () => {
    const before = await runOnce();
    const after = await runOnce({
      ...smallStack,
      "onboarding:regions": ["us-east-1", "eu-west-1", "eu-north-1"],
    });
    const region = ({ registrations }: Run) =>
      registrations
        .filter(({ urn }) => urn.includes("::onboarding-eu-west-1"))
        .sort((a, b) => a.urn.localeCompare(b.urn));
    assert.equal(region(before).length, 52);
    assert.deepEqual(region(after), region(before));
  });

  it("makes a function only after its log group and its rights", async () => {
    const run = await runOnce();
    for (const { name, dependencies } of ofType(run, "lambda/function:Function")) {
      const types = dependencies.map((urn) => urn.split("$").at(-1)?.split("::")[0]);
      assert.ok(types.includes("aws:cloudwatch/logGroup:LogGroup"), name);
      assert.ok(types.includes("aws:iam/rolePolicy:RolePolicy"), name);
    }
  });
});
