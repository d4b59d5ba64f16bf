/** The quick-create link, read as CloudFormation's console reads it. */
import assert from "node:assert/strict";
import {
  describeStack,
  type QuickCreateLinkArgs,
  quickCreateLink,
  readQuickCreateLink,
  stackUpdateLink,
} from "../../../../functions/url-generator/link.js";
import { ACCOUNT, EXTERNAL_ID, TOPIC } from "../../fixtures.js";

const args: QuickCreateLinkArgs = {
  region: "eu-west-1",
  accountId: ACCOUNT,
  templateUrl: "https://onboarding-test-templates.s3.us-east-1.amazonaws.com/templates/aabbccdd.json",
  externalId: EXTERNAL_ID,
  grantedTo: "Acme",
  trustedAccount: "111122223333",
  topicArn: TOPIC,
};
const stackName = (grantedTo: string) =>
  readQuickCreateLink(quickCreateLink({ ...args, grantedTo })).stackName;

describe("a quick-create link", () => {
  it("has the form that CloudFormation documents", () => {
    assert.equal(
      quickCreateLink(args),
      "https://eu-west-1.console.aws.amazon.com/cloudformation/home?region=eu-west-1#/stacks/create/review" +
        "?templateURL=https%3A%2F%2Fonboarding-test-templates.s3.us-east-1.amazonaws.com%2Ftemplates%2Faabbccdd.json" +
        "&stackName=acme-0b1f5a0e&param_TrustedAccount=111122223333&param_AccountId=333344445555" +
        "&param_ExternalId=eu-west-1%3A0b1f5a0e-1111-4222-8333-444455556666" +
        "&param_SnsArn=arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3Aonboarding-test-1&param_GrantedTo=Acme",
    );
  });

  it("leads to the form in its region, with every parameter of the template filled in", () => {
    assert.deepEqual(readQuickCreateLink(quickCreateLink(args)), {
      region: "eu-west-1",
      templateUrl: args.templateUrl,
      stackName: "acme-0b1f5a0e",
      parameters: {
        TrustedAccount: "111122223333",
        AccountId: ACCOUNT,
        ExternalId: EXTERNAL_ID,
        SnsArn: TOPIC,
        GrantedTo: "Acme",
      },
    });
  });

  it("asks for named roles, and for a boundary by name, where it is for an organization", () => {
    const stack = describeStack({ ...args, kind: "organization", permissionsBoundary: "boundary" });
    assert.deepEqual(stack.capabilities, ["CAPABILITY_NAMED_IAM"]);
    assert.equal(stack.parameters.PermissionsBoundaryName, "boundary");
    assert.equal(stack.parameters.PermissionsBoundary, undefined);
    assert.deepEqual(describeStack(args).capabilities, ["CAPABILITY_IAM"]);
  });

  it("names the permissions boundary that somebody asked for", () => {
    const permissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    assert.equal(
      readQuickCreateLink(quickCreateLink({ ...args, permissionsBoundary })).parameters.PermissionsBoundary,
      permissionsBoundary,
    );
  });

  for (const [region, start] of [
    [
      "us-east-1",
      "https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/create/review?",
    ],
    [
      "af-south-1",
      "https://af-south-1.console.aws.amazon.com/cloudformation/home?region=af-south-1#/stacks/create/review?",
    ],
    [
      "us-gov-west-1",
      "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudformation/home?region=us-gov-west-1#/stacks/create/review?",
    ],
    [
      "cn-north-1",
      "https://cn-north-1.console.amazonaws.cn/cloudformation/home?region=cn-north-1#/stacks/create/review?",
    ],
  ] as const) {
    it(`of ${region} begins with ${start.slice(8, start.indexOf("/", 8))}`, () => {
      assert.ok(quickCreateLink({ ...args, region }).startsWith(start));
    });
  }

  for (const grantedTo of [
    "Muller & Sohne",
    "a=b&param_TrustedAccount=999988887777",
    "100 % #1? <b>",
    "1 + 1",
    "50%20off",
    'quotes " and \\ and /',
  ]) {
    it(`carries the name ${grantedTo} unchanged, and nothing else`, () => {
      const { parameters } = readQuickCreateLink(quickCreateLink({ ...args, grantedTo }));
      assert.deepEqual(parameters, {
        ...readQuickCreateLink(quickCreateLink(args)).parameters,
        GrantedTo: grantedTo,
      });
    });
  }

  it("has no space and no plus sign in it, so that no mail program cuts or changes it", () => {
    const link = quickCreateLink({ ...args, grantedTo: "A + B <c> \"d\" 'e' (f)\n" });
    assert.doesNotMatch(link, /[\s+<>"]/);
  });

  it("can be sent even with the longest name and boundary: browsers and mail programs accept 2,000 characters and more", () => {
    const permissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/${"x".repeat(128)}`;
    const longest = { ...args, region: "ap-southeast-4", grantedTo: "x".repeat(256), permissionsBoundary };
    assert.ok(quickCreateLink(longest).length < 2000);
  });

  describe("names the stack", () => {
    for (const [grantedTo, name] of [
      ["Acme", "acme-0b1f5a0e"],
      ["Acme, Inc.", "acme-inc-0b1f5a0e"],
      ["Muller & Sohne", "muller-sohne-0b1f5a0e"],
      ["3M", "m-0b1f5a0e"],
      ["--Acme--", "acme-0b1f5a0e"],
      ["123", "onboarding-0b1f5a0e"],
      ["", "onboarding-0b1f5a0e"],
    ] as const) {
      it(`${name} for "${grantedTo}"`, () => assert.equal(stackName(grantedTo), name));
    }

    it("as CloudFormation allows, whatever the vendor's name: letters, digits and hyphens, 128 at most", () => {
      for (const grantedTo of [
        "x".repeat(256),
        `${"x".repeat(118)} y`,
        `${"x".repeat(119)} y`,
        `${"U ".repeat(128)}`,
        "&".repeat(128),
      ]) {
        assert.match(stackName(grantedTo), /^[A-Za-z][A-Za-z0-9-]{0,127}$/);
        assert.doesNotMatch(stackName(grantedTo), /--/);
      }
    });

    it("differently for each link, so that a customer can use more than one", () => {
      const other = { ...args, externalId: "eu-west-1:ffffffff-1111-4222-8333-444455556666" };
      assert.notEqual(readQuickCreateLink(quickCreateLink(other)).stackName, stackName("Acme"));
    });
  });
});

describe("a link that the console would not understand", () => {
  for (const [what, link, sentence] of [
    [
      "leads to another page",
      quickCreateLink(args).replace("/create/review", "/create/template"),
      /does not lead to the quick-create page/,
    ],
    [
      "names another region than its host's",
      quickCreateLink(args).replace("region=eu-west-1", "region=eu-west-2"),
      /names the region "eu-west-2" but leads to eu-west-1\.console/,
    ],
  ] as const) {
    it(`is an error if it ${what}`, () => assert.throws(() => readQuickCreateLink(link), sentence));
  }
});

describe("a link that updates a stack", () => {
  it("leads to the console's form for it, with stack and template filled in", () => {
    const stackId = "arn:aws:cloudformation:eu-west-1:222233334444:stack/acme/1";
    const link = new URL(stackUpdateLink({ region: "eu-west-1", stackId, templateUrl: args.templateUrl }));
    assert.equal(link.host, "eu-west-1.console.aws.amazon.com");
    const [route, query] = link.hash.split("?");
    assert.equal(route, "#/stacks/update/template");
    assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), {
      stackId,
      templateURL: args.templateUrl,
    });
  });
});
