/** Whatever is signed, the SDK's signer signs it alike. */
import assert from "node:assert/strict";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { Signer } from "../../../../../components/build/sdk/signature.js";

const service = "sts";
const region = "eu-west-1";

/** Visible ASCII, with single spaces inside. */
const word = fc.stringMatching(/^[!-~]{1,20}$/);
const value = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
const name = fc.stringMatching(/^x-[a-z-]{1,20}$/).filter((one) => one !== "x-amz-date");
const segment = fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 }).map(encodeURIComponent);
const unsigned = fc.record({
  path: fc
    .array(
      segment.filter((one) => !/^\.+$/.test(one)),
      { maxLength: 4 },
    )
    .map((parts) => `/${parts.join("/")}`),
  headers: fc
    .dictionary(name, value, { maxKeys: 5 })
    .map((others) => ({ ...others, host: "h", "user-agent": "u", "x-amzn-trace-id": "t" })),
  body: fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array()),
});
const credentials = fc.record(
  {
    accessKeyId: word,
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: fc.constantFrom("", "a+/="),
  },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
);
const time = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });

describe("The signature of a request", () => {
  it("is the SDK's own, for one after the other at any time and with any credentials", async () => {
    const calls = fc.array(fc.tuple(unsigned, credentials, time), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(calls, async (requests) => {
        const signer = new Signer(service, region);
        for (const [one, by, at] of requests) {
          const signed = signer.sign(one, by, at);
          assert.equal(signed.authorization, await authorizationOf(one, by, at));
          assert.equal(signed["x-amz-security-token"], by.sessionToken || undefined);
        }
      }),
    );
  });

  it("has a new key on the next day", async () => {
    const signer = new Signer(service, region);
    const one = { path: "/", headers: { host: "h" }, body: "" };
    const by = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    for (const at of ["2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.000Z"]) {
      const { authorization } = signer.sign(one, by, new Date(at));
      assert.equal(authorization, await authorizationOf(one, by, new Date(at)));
    }
  });
});

type Sign = Parameters<Signer["sign"]>;

async function authorizationOf({ path, headers, body }: Sign[0], by: Sign[1], signingDate: Date) {
  const signer = new SignatureV4({ service, region, credentials: by, sha256: Sha256, applyChecksum: false });
  const request = new HttpRequest({ method: "POST", path, headers: { ...headers }, body });
  return (await signer.sign(request, { signingDate })).headers.authorization;
}
