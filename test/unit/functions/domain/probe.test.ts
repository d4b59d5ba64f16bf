/** The three probes, against an STS that is played. */
import assert from "node:assert/strict";
import type { AssumeRole } from "../../../../functions/aws/sts.js";
import { isExternalId, memberExternalId } from "../../../../functions/domain/external-id.js";
import { type ProbeResult, probe } from "../../../../functions/domain/probe.js";
import { Deadline } from "../../../../functions/runtime/deadline.js";
import { EXTERNAL_ID, ROLE } from "../../fixtures.js";
import { inVirtualTime } from "../../mocked-timers.js";

/** What STS says: the names of its errors, or that it lets in, or nothing until the time is up. */
type Word =
  | "allowed"
  | "AccessDenied"
  | "AccessDeniedException"
  | "Throttling"
  | "InvalidClientTokenId"
  | "hang"
  | (typeof PERMANENT)[number];

/** As STS names them, and as the SDK does. */
const PERMANENT = [
  "RegionDisabled",
  "RegionDisabledException",
  "ValidationError",
  "MalformedPolicyDocument",
  "MalformedPolicyDocumentException",
  "PackedPolicyTooLarge",
  "PackedPolicyTooLargeException",
] as const;

interface Try {
  readonly externalId: string | undefined;
  /** Seconds since the first one. */
  readonly at: number;
}

type Kind = "right" | "none" | "other";
const kindOf = (externalId: string | undefined): Kind =>
  externalId === EXTERNAL_ID ? "right" : externalId === undefined ? "none" : "other";

/** Says words in order, separately for each kind of probe, and repeats the last one. */
const saying = (words: Readonly<Record<Kind, readonly Word[]>>) => {
  const said = { right: 0, none: 0, other: 0 };
  return (externalId: string | undefined): Word => {
    const kind = kindOf(externalId);
    return words[kind][said[kind]++] ?? words[kind].at(-1) ?? "hang";
  };
};

async function probed(
  respond: (externalId: string | undefined, at: number) => Word,
  budgetSeconds = 43,
  ifDeniedSeconds = budgetSeconds,
  callMilliseconds = 10,
): Promise<{ readonly result: ProbeResult; readonly seconds: number; readonly tries: readonly Try[] }> {
  const tries: Try[] = [];
  let started: number | undefined;
  const assumeRole: AssumeRole = async (roleArn, externalId, deadline) => {
    assert.equal(roleArn, ROLE);
    assert.ok(deadline.left <= 5000, `STS was given ${deadline.left} ms`);
    started ??= Date.now();
    const at = (Date.now() - started) / 1000;
    tries.push({ externalId, at });
    const word = respond(externalId, at);
    await new Promise((resolve) => setTimeout(resolve, word === "hang" ? deadline.left : callMilliseconds));
    if (word === "allowed") return;
    throw Object.assign(new Error("STS said so."), { name: word === "hang" ? "TimeoutError" : word });
  };
  const { result, seconds } = await inVirtualTime(() =>
    probe(
      { roleArn: ROLE, externalId: EXTERNAL_ID },
      assumeRole,
      Deadline.in(budgetSeconds * 1000),
      Deadline.in(ifDeniedSeconds * 1000),
    ),
  );
  // The virtual clock moves in steps.
  const most = result.outcome === "unknown" ? budgetSeconds : ifDeniedSeconds;
  assert.ok(seconds <= most + 0.02, `it took ${seconds} s of ${most}`);
  return { result, seconds, tries };
}

const denied: readonly Word[] = ["AccessDenied"];

describe("a probed role", () => {
  const rows: readonly (readonly [
    what: string,
    words: Readonly<Record<Kind, readonly Word[]>>,
    outcome: ProbeResult["outcome"],
    says: RegExp,
  ])[] = [
    ["lets in with the external ID only", { right: ["allowed"], none: denied, other: denied }, "safe", /^$/],
    [
      "is said to be denied by the other spelling",
      { right: ["allowed"], none: ["AccessDeniedException"], other: denied },
      "safe",
      /^$/,
    ],
    [
      "lets in without the external ID",
      { right: ["allowed"], none: ["allowed"], other: denied },
      "unsafe",
      /without the external ID.*sts:ExternalId/,
    ],
    [
      "lets in with any external ID",
      { right: ["allowed"], none: denied, other: ["allowed"] },
      "unsafe",
      /with any external ID.*sts:ExternalId/,
    ],
    [
      "lets everybody in",
      { right: ["allowed"], none: ["allowed"], other: ["allowed"] },
      "unsafe",
      /without the external ID/,
    ],
    ["lets nobody in", { right: denied, none: denied, other: denied }, "denied", /cannot be assumed/],
    [
      "lets in only without the external ID",
      { right: denied, none: ["allowed"], other: denied },
      "denied",
      /cannot be assumed/,
    ],
    [
      "is denied at first",
      { right: ["AccessDenied", "AccessDenied", "AccessDenied", "allowed"], none: denied, other: denied },
      "safe",
      /^$/,
    ],
    [
      "meets throttling at first",
      { right: ["Throttling", "hang", "allowed"], none: denied, other: denied },
      "safe",
      /^$/,
    ],
    [
      "meets throttling in a negative probe",
      { right: ["allowed"], none: ["Throttling", "AccessDenied"], other: ["hang", "AccessDenied"] },
      "safe",
      /^$/,
    ],
    [
      "lets in after throttling in a negative probe",
      { right: ["allowed"], none: denied, other: ["Throttling", "hang", "allowed"] },
      "unsafe",
      /with any external ID/,
    ],
    [
      "is unsafe, while the other negative probe hangs",
      { right: ["allowed"], none: ["allowed"], other: ["hang"] },
      "unsafe",
      /without the external ID/,
    ],
    [
      "meets nothing but throttling",
      { right: ["Throttling"], none: denied, other: denied },
      "unknown",
      /Throttling/,
    ],
    ["meets silence", { right: ["hang"], none: denied, other: denied }, "unknown", /TimeoutError/],
    [
      "meets an error that is no denial",
      { right: ["InvalidClientTokenId"], none: denied, other: denied },
      "unknown",
      /InvalidClientTokenId/,
    ],
    [
      "meets throttling in a negative probe for ever",
      { right: ["allowed"], none: denied, other: ["Throttling"] },
      "unknown",
      /Throttling/,
    ],
    [
      "meets silence in a negative probe",
      { right: ["allowed"], none: ["hang"], other: denied },
      "unknown",
      /TimeoutError/,
    ],
    [
      "is denied, and then meets throttling until the end",
      { right: ["AccessDenied", "Throttling"], none: denied, other: denied },
      "denied",
      /cannot be assumed/,
    ],
  ];
  for (const [what, words, outcome, says] of rows) {
    it(`that ${what} is ${outcome}`, async () => {
      const { result } = await probed(saying(words));
      assert.equal(result.outcome, outcome);
      const reason = "reason" in result ? result.reason : "";
      assert.match(reason, says);
      if (outcome === "denied" || outcome === "unsafe") {
        assert.ok(reason.includes(ROLE) && reason.includes(EXTERNAL_ID), reason);
      }
    });
  }

  for (const name of PERMANENT) {
    const [outcome, says] = name.startsWith("Region")
      ? (["blocked", /the account 333344445555 in eu-west-1.*deactivated.*Activate it/] as const)
      : name === "ValidationError"
        ? (["blocked", /does not accept "arn:aws:iam.*as the ARN of a role/] as const)
        : (["unknown", /Policy/] as const);
    it(`is ${outcome} at once when STS says ${name}`, async () => {
      const { result, tries } = await probed(saying({ right: [name], none: denied, other: denied }));
      assert.equal(result.outcome, outcome);
      assert.match("reason" in result ? result.reason : "", says);
      assert.equal(tries.length, 1);
    });
  }

  it("is neither safe nor unsafe when STS refuses a negative probe", async () => {
    const { result, tries } = await probed(
      saying({ right: ["allowed"], none: denied, other: ["RegionDisabledException"] }),
    );
    assert.equal(result.outcome, "unknown");
    assert.equal(tries.length, 3);
  });

  it("is tried with the external ID first, and only then, together, without it and with another", async () => {
    const { tries } = await probed(
      saying({ right: ["AccessDenied", "allowed"], none: denied, other: denied }),
    );
    assert.deepEqual(
      tries.map(({ externalId }) => kindOf(externalId)),
      ["right", "right", "none", "other"],
    );
    assert.equal(tries[2]?.at, tries[3]?.at);
  });

  it("is tried with another external ID of the same form, a new one each time", async () => {
    const words = { right: ["allowed"], none: denied, other: denied } as const;
    const others = await Promise.all(
      [1, 2].map(async () => {
        let other: string | undefined;
        const assumeRole: AssumeRole = async (_role, externalId) => {
          if (kindOf(externalId) === "other") other = externalId;
          const word = saying(words)(externalId);
          if (word !== "allowed") throw Object.assign(new Error(), { name: word });
        };
        await probe({ roleArn: ROLE, externalId: EXTERNAL_ID }, assumeRole, Deadline.in(9000));
        return other ?? "";
      }),
    );
    assert.equal(new Set([...others, EXTERNAL_ID]).size, 3);
    for (const other of others) assert.ok(isExternalId(other) && other.startsWith("eu-west-1:"), other);
  });

  for (const [needed, calls] of [
    [0, 3],
    [5, 8],
    [20, 23],
    [60, 63],
  ] as const) {
    it(`that can be assumed after ${needed} s is probed ${calls} times, and known to be safe within a second`, async () => {
      const assumable = (externalId: string | undefined, at: number) =>
        kindOf(externalId) === "right" && at >= needed ? "allowed" : "AccessDenied";
      const { result, tries, seconds } = await probed(assumable, 43, 68);
      assert.equal(result.outcome, "safe");
      assert.equal(tries.length, calls);
      assert.ok(seconds < needed + 1.1, `it took ${seconds} s`);
    });
  }

  it("is looked for every second, however long STS takes to deny it", async () => {
    const { tries } = await probed(() => "AccessDenied", 43, 68, 700);
    const gaps = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 1 && gap <= 1.04),
      String(gaps),
    );
  });

  it("that STS is silent about is given up earlier than one that it denies", async () => {
    const silent = await probed(() => "Throttling", 43, 68);
    assert.deepEqual([silent.result.outcome, Math.floor(silent.seconds)], ["unknown", 37]);
    const denied = await probed(() => "AccessDenied", 43, 68);
    assert.deepEqual([denied.result.outcome, Math.floor(denied.seconds)], ["denied", 62]);
  });

  it("is tried with the external ID no later than five seconds before the end, which the negative probes need", async () => {
    const { seconds, tries } = await probed(() => "AccessDenied");
    assert.ok(seconds > 30 && seconds <= 38, `it took ${seconds} s of 43`);
    assert.ok((tries.at(-1)?.at ?? 0) <= 38);
  });

  it("whose negative probes get no response has all of the time", async () => {
    const { result, seconds } = await probed((externalId) =>
      kindOf(externalId) === "right" ? "allowed" : "hang",
    );
    assert.equal(result.outcome, "unknown");
    assert.ok(seconds > 35, `it gave up after ${seconds} s`);
  });

  it("gets a result at once where there is no time left", async () => {
    const { result, tries } = await probed(() => "hang", 0);
    assert.equal(result.outcome, "unknown");
    assert.equal(tries.length, 1);
  });

  it("tries a member's role with its organization's external ID and an account that nobody has", async () => {
    const member = memberExternalId(EXTERNAL_ID, "555566667777");
    const given: (string | undefined)[] = [];
    const assumeRole: AssumeRole = async (_role, externalId) => {
      given.push(externalId);
      if (externalId !== member) throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    const target = { roleArn: ROLE, externalId: member };
    assert.deepEqual(await probe(target, assumeRole, Deadline.in(10_000)), { outcome: "safe" });
    assert.deepEqual(given, [member, undefined, `${EXTERNAL_ID}.000000000000`]);
  });
});
