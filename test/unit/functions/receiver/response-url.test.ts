/** Which response URLs get a response. test/integration/attacks tries those that only look genuine. */
import assert from "node:assert/strict";
import { hostOf, responseTarget } from "../../../../functions/receiver/response-url.js";

/** As AWS writes them: the bucket, then what S3 can be addressed by. */
const hosts: readonly (readonly [region: string, ...hosts: readonly string[]])[] = [
  [
    "us-east-1",
    "cloudformation-custom-resource-response-useast1.s3.us-east-1.amazonaws.com",
    "cloudformation-custom-resource-response-useast1.s3.amazonaws.com",
    "cloudformation-custom-resource-response-useast1.s3-us-east-1.amazonaws.com",
    "cloudformation-custom-resource-response-useast1.s3.dualstack.us-east-1.amazonaws.com",
  ],
  [
    "eu-west-1",
    "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com",
    "cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com",
    "cloudformation-custom-resource-response-euwest1.s3.dualstack.eu-west-1.amazonaws.com",
  ],
  ["ap-southeast-2", "cloudformation-custom-resource-response-apsoutheast2.s3.ap-southeast-2.amazonaws.com"],
  // Regions that have to be enabled first.
  ["af-south-1", "cloudformation-custom-resource-response-afsouth1.s3.af-south-1.amazonaws.com"],
  ["ap-east-1", "cloudformation-custom-resource-response-apeast1.s3.ap-east-1.amazonaws.com"],
  ["eu-south-2", "cloudformation-custom-resource-response-eusouth2.s3.eu-south-2.amazonaws.com"],
  ["il-central-1", "cloudformation-custom-resource-response-ilcentral1.s3.il-central-1.amazonaws.com"],
  ["me-central-1", "cloudformation-custom-resource-response-mecentral1.s3.me-central-1.amazonaws.com"],
  // GovCloud and China.
  [
    "us-gov-west-1",
    "cloudformation-custom-resource-response-usgovwest1.s3.us-gov-west-1.amazonaws.com",
    "cloudformation-custom-resource-response-usgovwest1.s3-us-gov-west-1.amazonaws.com",
  ],
  ["us-gov-east-1", "cloudformation-custom-resource-response-usgoveast1.s3.us-gov-east-1.amazonaws.com"],
  [
    "cn-north-1",
    "cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn",
    "cloudformation-custom-resource-response-cnnorth1.s3.dualstack.cn-north-1.amazonaws.com.cn",
  ],
  [
    "cn-northwest-1",
    "cloudformation-custom-resource-response-cnnorthwest1.s3.cn-northwest-1.amazonaws.com.cn",
  ],
];

const partition = (region: string) =>
  region.startsWith("us-gov-") ? "aws-us-gov" : region.startsWith("cn-") ? "aws-cn" : "aws";

const key = (region: string) => ({
  stackId: `arn:${partition(region)}:cloudformation:${region}:333344445555:stack/acme-1/9d1e7c30-0000-11f0-8000-0123456789ab`,
  logicalResourceId: "Connection",
  requestId: "c0ffee00-1111-4222-8333-444455556666",
});

/** Colons and bars as they are, or escaped, with digits in capitals or not. */
const spellings: readonly (readonly [name: string, path: (literal: string) => string])[] = [
  ["bars escaped", (literal) => literal.replaceAll("|", "%7C")],
  ["colons and bars escaped", (literal) => literal.replaceAll(":", "%3A").replaceAll("|", "%7C")],
  ["escaped in small letters", (literal) => literal.replaceAll(":", "%3a").replaceAll("|", "%7c")],
  ["nothing escaped", (literal) => literal],
];

const literalPath = (region: string) => `/${Object.values(key(region)).join("|")}`;
const SIGNED =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLE%2F20260301%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T120000Z&X-Amz-Expires=7199&X-Amz-Security-Token=FwoG%2F%2Fabc%3D&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff";
const SIGNED_FORMERLY = "AWSAccessKeyId=AKIAEXAMPLE&Expires=1772370000&Signature=a%2Bb%2Fc%3D";

describe("a response URL", () => {
  for (const [region, ...names] of hosts) {
    for (const host of names) {
      it(`at ${host} is ${region}'s, in every spelling of its path`, () => {
        for (const [, spell] of spellings) {
          for (const query of [SIGNED, SIGNED_FORMERLY]) {
            const path = `${spell(literalPath(region))}?${query}`;
            assert.deepEqual(responseTarget(`https://${host}${path}`, key(region), region), { host, path });
          }
        }
      });
    }
  }

  it("of one region is rejected in all the others", () => {
    for (const [region, ...names] of hosts) {
      for (const host of names) {
        for (const [other] of hosts) {
          if (other === region) continue;
          const url = `https://${host}${literalPath(other)}?${SIGNED}`;
          assert.equal(responseTarget(url, key(other), other), undefined, `${host} in ${other}`);
        }
      }
    }
  });

  const HOST = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";
  const PATH = literalPath("eu-west-1").replaceAll("|", "%7C");
  const neighbours: readonly (readonly [what: string, url: string])[] = [
    ["over http", `http://${HOST}${PATH}?${SIGNED}`],
    ["with its scheme in capitals", `HTTPS://${HOST}${PATH}?${SIGNED}`],
    ["with a port", `https://${HOST}:443${PATH}?${SIGNED}`],
    ["with a user", `https://user@${HOST}${PATH}?${SIGNED}`],
    ["with a user and a password", `https://${HOST}:x@example.com${PATH}?${SIGNED}`],
    ["at a host that goes on", `https://${HOST}.example.com${PATH}?${SIGNED}`],
    ["at a host with a dot at the end", `https://${HOST}.${PATH}?${SIGNED}`],
    ["at a host in capitals", `https://${HOST.toUpperCase()}${PATH}?${SIGNED}`],
    ["of a bucket with a longer name", `https://x${HOST}${PATH}?${SIGNED}`],
    ["of another bucket", `https://${HOST.replace("euwest1", "euwest11")}${PATH}?${SIGNED}`],
    [
      "with the bucket in the path",
      `https://s3.eu-west-1.amazonaws.com/${HOST.split(".")[0]}${PATH}?${SIGNED}`,
    ],
    [
      "at the address without a region, outside us-east-1",
      `https://${HOST.replace(".eu-west-1", "")}${PATH}?${SIGNED}`,
    ],
    ["at China's host", `https://${HOST}.cn${PATH}?${SIGNED}`],
    ["of another stack", `https://${HOST}${PATH.replace("acme-1", "acme-2")}?${SIGNED}`],
    ["of another resource", `https://${HOST}${PATH.replace("%7CConnection", "%7COther")}?${SIGNED}`],
    ["of another request", `https://${HOST}${PATH.replace("c0ffee", "c0ffef")}?${SIGNED}`],
    ["with slashes escaped", `https://${HOST}/${PATH.slice(1).replaceAll("/", "%2F")}?${SIGNED}`],
    ["escaped twice", `https://${HOST}${PATH.replaceAll("%7C", "%257C")}?${SIGNED}`],
    ["with a letter escaped", `https://${HOST}${PATH.replace("acme", "%61cme")}?${SIGNED}`],
    ["with two slashes", `https://${HOST}/${PATH}?${SIGNED}`],
    ["with a dot segment", `https://${HOST}/x/..${PATH}?${SIGNED}`],
    ["with a path that goes on", `https://${HOST}${PATH}/x?${SIGNED}`],
    ["with a fragment", `https://${HOST}${PATH}?${SIGNED}#x`],
    ["with a backslash", `https://${HOST}\\${PATH}?${SIGNED}`],
    ["without a signature", `https://${HOST}${PATH}`],
    ["with an empty query", `https://${HOST}${PATH}?`],
    ["with a parameter that AWS does not use", `https://${HOST}${PATH}?${SIGNED}&acl=public`],
    ["with a parameter twice", `https://${HOST}${PATH}?${SIGNED}&x-amz-date=20260301T120000Z`],
    ["with a line break", `https://${HOST}${PATH}?${SIGNED}\r\nHost: example.com`],
    ["with a space before it", ` https://${HOST}${PATH}?${SIGNED}`],
    [
      "with a query of more than 4096 characters",
      `https://${HOST}${PATH}?X-Amz-Signature=${"0".repeat(4096)}`,
    ],
  ];
  for (const [what, url] of neighbours) {
    it(`${what} is rejected`, () => {
      assert.equal(responseTarget(url, key("eu-west-1"), "eu-west-1"), undefined);
    });
  }

  it("takes a dot or a plus sign in a stack's name for itself only", () => {
    const dotted = { ...key("eu-west-1"), logicalResourceId: "Conn.ction" };
    const url = `https://${HOST}${PATH}?${SIGNED}`;
    assert.equal(responseTarget(url, dotted, "eu-west-1"), undefined);
  });

  it("is shown in logs by its host alone, and a text that is not a URL as none", () => {
    for (const [url, host] of [
      [`https://${HOST}${PATH}?${SIGNED}`, HOST],
      ["https://user:secret@example.com:8443/key?signature", "example.com:8443"],
      ["https://exa mple\n.com/x", "exa?mple?.com"],
      ["file:///etc/passwd", "none"],
      ["", "none"],
    ] as const) {
      assert.equal(hostOf(url), host);
    }
  });
});
