/** How a whole organization connects: what is asked, what is said to the stack, and what is written. */
import assert from "node:assert/strict";
import {
  type CustomerOrganization,
  NoOrganizationError,
  type OpenOrganization,
  OrganizationsDeniedError,
} from "../../../../functions/aws/organizations.js";
import type { Connection } from "../../../../functions/domain/connection.js";
import { ConnectionRepository } from "../../../../functions/domain/connection-repository.js";
import * as sentences from "../../../../functions/domain/sentences.js";
import type { Delivery } from "../../../../functions/receiver/delivery.js";
import { type Findings, judge } from "../../../../functions/receiver/organization-check.js";
import { receive } from "../../../../functions/receiver/receiver.js";
import { TableStandIn } from "../../../stand-ins/table.js";
import * as fixtures from "../../fixtures.js";
import { ACCOUNT, EXTERNAL_ID, HERE, NOW, RESOURCE, STACK } from "../../fixtures.js";
import { HastyClock, VirtualDeadline } from "../../virtual-time.js";

const MANAGEMENT = "999900001111";
const ORGANIZATION = "o-a1b2c3d4e5";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/onboarding/organization-0b1f5a0e`;

const pending: Connection = { ...fixtures.pending, kind: "organization" };
const described = { organizationId: ORGANIZATION, managementAccountId: ACCOUNT, hasAllFeatures: true };

describe("What the receiver makes of an organization", () => {
  const verdicts: readonly (readonly [what: string, findings: Findings, verdict: object])[] = [
    [
      "well in the management account",
      { organization: described, rootId: "r-ab12", access: "ENABLED" },
      { changes: { organizationId: ORGANIZATION, rootId: "r-ab12", callAs: "SELF" } },
    ],
    [
      "well in a delegated administrator's account",
      {
        organization: { ...described, managementAccountId: MANAGEMENT },
        rootId: "r-ab12",
        access: "ENABLED",
      },
      { changes: { organizationId: ORGANIZATION, rootId: "r-ab12", callAs: "DELEGATED_ADMIN" } },
    ],
    ["an account in no organization", {}, { problem: sentences.noOrganization(ACCOUNT) }],
    [
      "consolidated billing",
      { organization: { ...described, hasAllFeatures: false } },
      { problem: sentences.consolidatedBillingOnly(ORGANIZATION) },
    ],
    [
      "a member that is nobody's administrator",
      { organization: { ...described, managementAccountId: MANAGEMENT } },
      { problem: sentences.notAnAdministrator(ACCOUNT, MANAGEMENT) },
    ],
    [
      "an administrator of other services than StackSets",
      { organization: { ...described, managementAccountId: MANAGEMENT }, rootId: "r-ab12" },
      { problem: sentences.notAnAdministrator(ACCOUNT, MANAGEMENT) },
    ],
    [
      "trusted access that is off",
      { organization: described, rootId: "r-ab12", access: "DISABLED" },
      { problem: sentences.noTrustedAccess(ACCOUNT) },
    ],
    [
      "trusted access that was switched off",
      {
        organization: { ...described, managementAccountId: MANAGEMENT },
        rootId: "r-ab12",
        access: "DISABLED_PERMANENTLY",
      },
      { problem: sentences.noTrustedAccess(MANAGEMENT) },
    ],
    [
      "a role that may not even ask",
      { isDenied: true },
      { problem: sentences.organizationNotReadable(ROLE) },
    ],
    [
      "a management account whose role may not list",
      { organization: described, access: "ENABLED" },
      { problem: sentences.organizationNotReadable(ROLE) },
    ],
  ];

  for (const [what, findings, verdict] of verdicts) {
    it(`is told of ${what}`, () => {
      assert.deepEqual(judge(pending, ROLE, findings), verdict);
    });
  }
});

/** An organization in which all is well, but for what a test is about. */
function organization(changes: Partial<CustomerOrganization> = {}): CustomerOrganization {
  const fail = () => assert.fail("the receiver lists no accounts");
  return {
    describe: async () => described,
    rootId: async () => "r-ab12",
    stackSetsAccess: async () => "ENABLED",
    page: fail,
    stackInstances: fail,
    ...changes,
  };
}

const denied = async () => {
  throw new OrganizationsDeniedError("no");
};

describe("The stack of an organization", () => {
  let time: HastyClock;
  let connections: ConnectionRepository;
  let opened: (readonly [roleArn: string, externalId: string])[];

  beforeEach(async () => {
    time = new HastyClock(NOW, () => new Promise((resolve) => setImmediate(resolve)));
    connections = new ConnectionRepository(new TableStandIn().client(), "connections", { withCode: true });
    opened = [];
  });

  interface Given {
    readonly organization?: CustomerOrganization | Error;
    readonly RoleArn?: string;
    readonly requestId?: string;
    readonly stack?: string;
    readonly bucket?: Delivery;
  }

  const record = async () => (await connections.get(EXTERNAL_ID)) as Connection;

  async function handle(type: "Create" | "Update" | "Delete", given: Given = {}) {
    const { requestId = "request-1", stack = STACK, RoleArn = ROLE, bucket = "accepted" } = given;
    const found = given.organization ?? organization();
    const openOrganization: OpenOrganization = async (roleArn, externalId) => {
      opened.push([roleArn, externalId]);
      if (found instanceof Error) throw found;
      return found;
    };
    const bodies: string[] = [];
    const host = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";
    const message = {
      RequestType: type,
      RequestId: requestId,
      StackId: stack,
      LogicalResourceId: RESOURCE,
      ResponseURL: `https://${host}/${stack}|${RESOURCE}|${requestId}?X-Amz-Signature=5ec4e7`,
      ...(type !== "Create" && { PhysicalResourceId: `onboarding-connection:${EXTERNAL_ID}` }),
      ResourceProperties: { ...fixtures.properties, RoleArn },
    };
    const Sns = {
      Message: JSON.stringify(message),
      TopicArn: fixtures.TOPIC,
      Timestamp: new Date(time.now).toISOString(),
    };
    await receive(
      { Sns },
      {
        here: HERE,
        connections,
        assumeRole: async (_roleArn, externalId) => {
          if (externalId !== EXTERNAL_ID) throw Object.assign(new Error("no"), { name: "AccessDenied" });
        },
        openOrganization,
        deliver: async (_target, body) => {
          bodies.push(body);
          return bucket;
        },
        keepVerified: () => assert.fail("the table is there"),
        telemetry: { dropped: () => {}, postponed: () => {}, responded: () => {}, error: () => {} },
        now: () => new Date(time.now),
      },
      new VirtualDeadline(time.now + 85_000, time),
    );
    assert.equal(bodies.length, 1);
    return JSON.parse(bodies[0] ?? "");
  }

  it("connects, is told where to deploy to, and has its accounts listed", async () => {
    await connections.create(pending);
    const { Status, Data } = await handle("Create");
    assert.deepEqual(
      [Status, Data],
      ["SUCCESS", { ConfirmationCode: "not needed", RootId: "r-ab12", CallAs: "SELF" }],
    );
    const { status, roleArn, organizationId, rootId, callAs, nextListingAt } = await record();
    assert.deepEqual([status, roleArn, organizationId], ["connected", ROLE, ORGANIZATION]);
    assert.deepEqual([rootId, callAs, nextListingAt], ["r-ab12", "SELF", NOW.toISOString()]);
    assert.deepEqual(opened, [[ROLE, EXTERNAL_ID]]);
  });

  it("has nothing listed before the code was entered, where one is asked for", async () => {
    await connections.create({ ...pending, confirmation: "required" });
    const { Data } = await handle("Create");
    assert.equal(Data.RootId, "r-ab12");
    const { status, nextListingAt, confirmationCode } = await record();
    assert.deepEqual([status, nextListingAt], ["connected", undefined]);
    assert.equal(Data.ConfirmationCode, confirmationCode);
  });

  it("is told again what it was told, by the record and without asking anybody", async () => {
    await connections.create(pending);
    await handle("Create");
    opened = [];
    const changed = organization({ rootId: async () => "r-other" });
    const again = await handle("Create", { organization: changed });
    assert.equal(again.Data.RootId, "r-ab12");
    const update = await handle("Update", { requestId: "request-2", organization: new Error("down") });
    assert.deepEqual([update.Status, update.Data.RootId, update.Data.CallAs], ["SUCCESS", "r-ab12", "SELF"]);
    assert.deepEqual(opened, []);
  });

  it("goes back to what it was after the vendor ended it, and is told the same for that", async () => {
    await connections.create(pending);
    await handle("Create");
    const connected = await record();
    await connections.update(connected, { status: "disconnected", endedBy: "vendor" });
    const { Status, Data } = await handle("Update", { requestId: "request-2" });
    assert.deepEqual([Status, Data.RootId, Data.CallAs], ["SUCCESS", "r-ab12", "SELF"]);
  });

  it("tells no other stack, of whatever account, anything of the organization", async () => {
    await connections.create(pending);
    await handle("Create");
    for (const stack of [fixtures.stackId("other"), fixtures.stackId("other", MANAGEMENT)]) {
      for (const type of ["Create", "Update"] as const) {
        const { Status, Data } = await handle(type, { stack, requestId: "request-3" });
        assert.deepEqual([Status, Data], ["FAILED", undefined]);
      }
    }
    const { Data } = await handle("Delete", { requestId: "request-4" });
    assert.equal(Data, undefined);
  });

  it("fails with a sentence where the organization cannot connect, and the link stays good", async () => {
    await connections.create(pending);
    const none = organization({
      describe: async () => {
        throw new NoOrganizationError("no");
      },
    });
    const first = await handle("Create", { organization: none });
    assert.deepEqual([first.Status, first.Reason], ["FAILED", sentences.noOrganization(ACCOUNT)]);
    const off = organization({ stackSetsAccess: async () => "DISABLED" });
    const second = await handle("Create", {
      organization: off,
      stack: fixtures.stackId("second"),
      requestId: "request-2",
    });
    assert.equal(second.Reason, sentences.noTrustedAccess(ACCOUNT));
    assert.deepEqual([(await record()).status, (await record()).rootId], ["pending", undefined]);
    const third = await handle("Create", { stack: fixtures.stackId("third"), requestId: "request-3" });
    assert.equal(third.Status, "SUCCESS");
  });

  it("is asked again while a new role's permissions are not known everywhere", async () => {
    await connections.create(pending);
    const late = <Answer>(answer: Answer) => {
      let tries = 0;
      return async () => {
        tries += 1;
        if (tries < 4) return denied();
        return answer;
      };
    };
    const slow = organization({ describe: late(described), rootId: late("r-ab12") });
    assert.equal((await handle("Create", { organization: slow })).Status, "SUCCESS");
  });

  it("is told that its role may not read the organization if that does not change", async () => {
    await connections.create(pending);
    const start = time.now;
    const { Reason } = await handle("Create", { organization: organization({ describe: denied }) });
    assert.equal(Reason, sentences.organizationNotReadable(ROLE));
    assert.ok(time.now - start < 15_000, "a customer is not kept waiting");
  });

  it("fails by our fault while Organizations does not answer", async () => {
    for (const trouble of [
      Object.assign(new Error("slow down"), { name: "TooManyRequestsException" }),
      organization({ rootId: async () => Promise.reject(new Error("socket hang up")) }),
    ]) {
      await connections.create({ ...pending }).catch(() => {});
      const { Status, Reason } = await handle("Create", {
        organization: trouble,
        stack: fixtures.stackId("x"),
      });
      assert.deepEqual([Status, Reason], ["FAILED", sentences.OUR_FAULT]);
      assert.equal((await record()).status, "pending");
    }
  });

  it("made from the template for one account fails before anything is asked, and the other way round", async () => {
    await connections.create(pending);
    const one = await handle("Create", { RoleArn: fixtures.ROLE });
    assert.equal(one.Reason, sentences.ORGANIZATION_LINK);
    const another = `arn:aws:iam::${ACCOUNT}:role/onboarding/organization-ffffffff`;
    const foreign = await handle("Create", { RoleArn: another, requestId: "request-2" });
    assert.equal(foreign.Reason, sentences.ORGANIZATION_LINK);
    assert.deepEqual(opened, []);
    await connections.delete(await record());
    await connections.create(fixtures.pending);
    const whole = await handle("Create", { requestId: "request-3" });
    assert.equal(whole.Reason, sentences.ACCOUNT_LINK);
    assert.deepEqual(opened, []);
  });

  it("that was forged is undone, and nothing is listed for it", async () => {
    await connections.create(pending);
    await handle("Create", { bucket: "refused" });
    const { status, nextListingAt } = await record();
    assert.deepEqual([status, nextListingAt], ["pending", undefined]);
  });

  it("names none but itself as its own when it is deleted, and has its members ended", async () => {
    await connections.create(pending);
    await handle("Create");
    await handle("Delete", { requestId: "request-2" });
    const { status, endedBy, nextListingAt } = await record();
    assert.deepEqual([status, endedBy], ["disconnected", "customer"]);
    assert.notEqual(nextListingAt, undefined);
  });
});
