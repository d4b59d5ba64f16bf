/** docs/deployer-policy.json, as far as the embedded cloud enforces IAM and its deployment makes the provider's calls. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { AccountClients } from "../../../../emulator/aws/accounts.js";
import { Deployment } from "../../../../emulator/deploy/deployment.js";
import { EmbeddedCloud, VENDOR_ACCOUNT } from "../../../../emulator/embedded-cloud.js";

const REGIONS = ["us-east-1", "eu-west-1"];
const CONFIG = {
  "aws:region": "us-east-1",
  "onboarding:regions": REGIONS,
  "onboarding:alarmEmail": "operators@example.com",
  "onboarding:rolePath": "/vendor/",
};

const policies: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("../../../../docs/deployer-policy.json", import.meta.url), "utf8"),
);

/** ministack finds out neither which resource these are about nor which function a mapping is for, so that no pattern of a policy is its. */
const WITHOUT_RESOURCE = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: [
        "cloudwatch:PutDashboard",
        "events:PutRule",
        "events:PutTargets",
        "iam:CreatePolicy",
        "lambda:CreateEventSourceMapping",
        "lambda:CreateFunction",
      ],
      Resource: "*",
    },
  ],
};

/** The vendor's account with the rights of a user of its own, who is no root user. */
class User extends AccountClients {
  constructor(
    cloud: ConstructorParameters<typeof AccountClients>[0],
    private readonly keys: { accessKeyId: string; secretAccessKey: string },
  ) {
    super(cloud, VENDOR_ACCOUNT);
  }

  override options(region: string) {
    return { ...super.options(region), credentials: this.keys };
  }
}

describe("On the embedded cloud, whoever deploys", function () {
  this.timeout(90_000);
  let cloud: EmbeddedCloud;

  beforeEach(async () => {
    cloud = await EmbeddedCloud.start({ regions: REGIONS });
  });

  afterEach(() => cloud?.stop());

  async function userWith(names: readonly string[]): Promise<EmbeddedCloud> {
    const iam = cloud.vendor.iam("us-east-1");
    await iam.send(new CreateUserCommand({ UserName: "deployer" }));
    for (const PolicyName of [...names, "emulator"]) {
      const PolicyDocument = JSON.stringify(policies[PolicyName] ?? WITHOUT_RESOURCE);
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
      await iam.send(new AttachUserPolicyCommand({ UserName: "deployer", PolicyArn: Policy?.Arn }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "deployer" }));
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const { secretAccessKey } = cloud.vendor.options("us-east-1").credentials;
    return Object.create(cloud, {
      vendor: { value: new User({ endpoint: cloud.endpoint, secretAccessKey }, keys) },
    });
  }

  it("needs what docs/deployer-policy.json has", async () => {
    const deployment = new Deployment(await userWith(Object.keys(policies)));
    const { onboardingUrl } = await deployment.up(CONFIG);
    assert.match(onboardingUrl, /^http/);
    assert.ok(deployment.size > 100, `${deployment.size} resources`);
  });

  it("cannot do with the first of its documents alone", async () => {
    const [first = ""] = Object.keys(policies);
    const deployment = new Deployment(await userWith([first]));
    await assert.rejects(deployment.up(CONFIG), /AccessDenied|not authorized/);
  });
});
