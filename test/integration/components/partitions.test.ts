import assert from "node:assert/strict";
import { connectionTopics, type Inputs, only, type Run, runOnce, runProgram } from "./run-program.js";

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

    it("the template takes that partition's topics", () => {
      const { Parameters, Rules } = JSON.parse(
        only(run, "s3/bucketObjectv2:BucketObjectv2").inputs.content,
      ) as Inputs;
      const [first] = run.outputs.topicArns[homeRegion];
      assert.equal(first, `arn:${partition}:sns:${homeRegion}:111122223333:onboarding-dev-1`);
      assert.match(first, new RegExp(Parameters.SnsArn.AllowedPattern));
      assert.ok(JSON.stringify(Rules).includes(first));
    });

    it("there is a topic in every offered region and a replica in the other one", () => {
      assert.deepEqual(
        connectionTopics(run).map(({ inputs }) => inputs.region),
        regions,
      );
      assert.equal(only(run, "dynamodb/table:Table").inputs.replicas[0].regionName, regions[1]);
    });

    it("a region of the aws partition is refused", async () => {
      await assert.rejects(
        runProgram({ "aws:region": homeRegion, "onboarding:regions": [homeRegion, "us-east-1"] }),
        new RegExp(`"us-east-1" .*partition aws, but the home region ${homeRegion} is in ${partition}`),
      );
    });
  });
}
