import assert from "node:assert/strict";
import { connectionTopics, type Inputs, ofType, only, type Run, runOnce, runProgram } from "./run-program.js";

const partitions = [
  {
    partition: "aws-us-gov",
    homeRegion: "us-gov-west-1",
    regions: ["us-gov-west-1", "us-gov-east-1"],
    bucketHost: "onboarding-dev-111122223333-us-gov-west-1-an.s3.us-gov-west-1.amazonaws.com",
  },
  {
    partition: "aws-cn",
    homeRegion: "cn-north-1",
    regions: ["cn-north-1", "cn-northwest-1"],
    bucketHost: "onboarding-dev-111122223333-cn-north-1-an.s3.cn-north-1.amazonaws.com.cn",
  },
];

for (const { partition, homeRegion, regions, bucketHost } of partitions) {
  describe(`In the partition ${partition}`, () => {
    let run: Run;

    before(async () => {
      run = await runOnce({ "aws:region": homeRegion, "onboarding:regions": regions });
    });

    it("every ARN is of that partition", () => {
      const arns: string[] = [];
      for (const { inputs } of run.registrations) {
        arns.push(...(JSON.stringify(inputs).match(/arn:aws[\w-]*:(?!iam::\d{12}:role)/g) ?? []));
      }
      assert.ok(arns.length > 30);
      assert.deepEqual([...new Set(arns.map((arn) => arn.split(":")[1]))], [partition]);
    });

    it("the template is read from that partition's S3", () => {
      assert.equal(new URL(run.outputs.templateUrl).host, bucketHost);
    });

    it("each template takes that partition's topics, and an organization has one where StackSets reach it", () => {
      const templates = ofType(run, "s3/bucketObjectv2:BucketObjectv2");
      assert.equal(templates.length, partition === "aws-cn" ? 1 : 2);
      const [first] = run.outputs.topicArns[homeRegion];
      assert.equal(first, `arn:${partition}:sns:${homeRegion}:111122223333:onboarding-dev-1`);
      for (const { inputs } of templates) {
        const { Parameters, Rules } = JSON.parse(inputs.content) as Inputs;
        assert.match(first, new RegExp(Parameters.SnsArn.AllowedPattern));
        assert.ok(JSON.stringify(Rules).includes(first));
      }
    });

    it("there is a topic in every offered region and a replica in the other one", () => {
      assert.deepEqual(
        connectionTopics(run).map(({ inputs }) => inputs.region),
        regions,
      );
      assert.equal(only(run, "dynamodb/table:Table").inputs.replicas[0].regionName, regions[1]);
    });

    // "Between any AWS Regions, except AWS GovCloud (US) and China": a target in another region would take no event.
    it("the alarms of each region go to a topic of that region, by its rule", async () => {
      const told = await runOnce({
        ...{ "aws:region": homeRegion, "onboarding:regions": regions },
        "onboarding:alarmEmail": "operators@example.com",
      });
      const alarms = ofType(told, "cloudwatch/eventTarget:EventTarget").filter(
        ({ inputs }) => inputs.targetId !== "function",
      );
      const topicIn = (region: string) => `arn:${partition}:sns:${region}:111122223333:onboarding-dev-alarms`;
      assert.deepEqual(
        alarms.map(({ inputs }) => [inputs.region, inputs.arn, inputs.roleArn]).sort(),
        regions.map((region) => [region, topicIn(region), undefined]).sort(),
      );
      assert.deepEqual(
        ofType(told, "sns/topicSubscription:TopicSubscription")
          .filter(({ inputs }) => inputs.protocol === "email")
          .map(({ inputs }) => [inputs.region, inputs.topic, inputs.endpoint])
          .sort(),
        regions.map((region) => [region, topicIn(region), "operators@example.com"]).sort(),
      );
      for (const { inputs } of ofType(told, "sns/topic:Topic").filter(({ inputs }) => inputs.policy)) {
        assert.deepEqual(JSON.parse(inputs.policy).Statement[0].Resource, [topicIn(inputs.region)]);
      }
      // Nothing is left of the way that does not exist there.
      assert.ok(!JSON.stringify(told.registrations).includes("alarm-forwarding"));
      assert.equal(told.outputs.alarmTopicArn, topicIn(homeRegion));
    });

    it("a region of the aws partition is refused", async () => {
      await assert.rejects(
        runProgram({ "aws:region": homeRegion, "onboarding:regions": [homeRegion, "us-east-1"] }),
        new RegExp(`"us-east-1" .*partition aws, but the home region ${homeRegion} is in ${partition}`),
      );
    });
  });
}
