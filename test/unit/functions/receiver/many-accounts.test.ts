/**
 * Customers with several links and stacks, and one that is hostile: it publishes whatever it likes, with genuine response URLs of stacks of its
 * own and with forged ones of others, while any call of the table, STS and S3 may fail. Nobody gets in, and nobody gets in the way.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { accountOf } from "../../../../functions/aws/arn.js";
import { type Connection, isConnected, MAX_STACKS } from "../../../../functions/domain/connection.js";
import { fromItem } from "../../../../functions/domain/connection-item.js";
import { FAILED_PHYSICAL_ID, physicalIdOf } from "../../../../functions/domain/physical-id.js";
import { needsStatement } from "../../../../functions/domain/topic-statement.js";
import { life, moment, outagesOf, SMOOTH, smooth } from "./lives.js";
import {
  type CustomResourceRequest,
  pending,
  type Response,
  request,
  roleNamed,
  START,
  templateVersionOf,
} from "./receiver-world.js";
import { type Life, StackModel } from "./stack-model.js";
import { type Glitch, MINUTE, type Outage, VendorModel } from "./vendor-model.js";

/** `npm run fuzz` tries more. */
const RUNS = Number(process.env.RUNS ?? 2000);
const DAY = 24 * 60 * MINUTE;

/** Of the customers' stacks. */
const NAMES = ["a", "b"];

/** Two links of one customer, one of another, and one of whoever is hostile. */
const [VICTIM, NEIGHBOUR, HOSTILE] = ["111122223333", "222233334444", "444455556666"] as const;
const links = [VICTIM, VICTIM, NEIGHBOUR, HOSTILE].map(
  (accountId, index): Connection => ({
    ...pending,
    externalId: `eu-west-1:${`${index}`.repeat(8)}-0000-4000-8000-000000000000`,
    accountId,
    tenant: `tenant-of-${index}`,
    grantedTo: `Vendor of ${index}`,
    expiresAt: `2026-06-08T12:34:56.00${index}Z`,
    confirmation: "required",
  }),
);

/** A stack of a link, by its number. */
interface StackLife {
  readonly link: number;
  readonly after: number;
  readonly life: Life;
}

/** What the hostile account publishes. */
interface Attack {
  /** In milliseconds after the start, or after the request of a stack's that it is to meet. */
  readonly at: number;
  readonly meets: number | undefined;
  readonly again: readonly number[];
  readonly type: "Create" | "Update" | "Delete";
  /** Whose stack it is said to be: only for its own there is a genuine URL. */
  readonly stack: "own" | "a" | "b";
  readonly link: number;
  readonly old: number | undefined;
  readonly role: string;
  readonly roleAccount: string;
  readonly physicalId: string;
  /** Messages of the same number say of themselves that they are one request. */
  readonly number: number;
  readonly isForged: boolean;
}

const attack: fc.Arbitrary<Attack> = fc.record({
  at: fc.oneof(fc.nat(500), moment(60 * MINUTE)),
  meets: fc.option(fc.nat(1), { nil: undefined }),
  again: fc.array(moment(150 * MINUTE), { maxLength: 1 }),
  type: fc.constantFrom("Create", "Update", "Delete"),
  stack: fc.constantFrom("own", "own", "a", "b"),
  link: fc.nat(3),
  old: fc.option(fc.nat(3), { nil: undefined }),
  role: fc.constantFrom("hostile", "talked-into", "left-over", "a-role", "b-role"),
  roleAccount: fc.constantFrom(HOSTILE, VICTIM, NEIGHBOUR),
  physicalId: fc.constantFrom(
    ...links.map(({ externalId }) => physicalIdOf(externalId)),
    FAILED_PHYSICAL_ID,
    "made-up",
  ),
  number: fc.nat(2),
  isForged: fc.boolean(),
});

/** A forged Create that passes the probes, and soon a genuine message of its number that says something else. */
const duel: fc.Arbitrary<Attack[]> = fc
  .tuple(attack, fc.integer({ min: 60, max: 200 }))
  .map(([{ at, ...genuine }, later]) => {
    const common = { meets: undefined, stack: "own", link: 3, number: 3 } as const;
    const forged = { ...genuine, ...common, at, type: "Create", isForged: true } as const;
    return [
      { ...forged, again: [], role: "hostile", roleAccount: HOSTILE },
      { ...genuine, ...common, at: at + later, isForged: false },
    ];
  });
const attacks = fc.oneof(
  { weight: 3, arbitrary: fc.array(attack, { maxLength: 4 }) },
  { weight: 1, arbitrary: duel },
);

const stack: fc.Arbitrary<StackLife> = fc.record({
  link: fc.nat(2),
  after: moment(20 * MINUTE),
  life,
});
const glitches: fc.Arbitrary<Glitch[]> = fc.array(
  fc.record({ call: fc.nat(150), fault: fc.constantFrom("throttled", "lost") }),
  { maxLength: 4 },
);

/** Found by `npm run fuzz`. */
const examples: [StackLife[], Attack[], Outage[], Glitch[]][] = [
  // A forged Create of a stack that does not exist names a role that is safe, and is refused in its second delivery only.
  [
    [],
    [
      {
        at: 0,
        meets: undefined,
        again: [],
        type: "Create",
        stack: "b",
        link: 0,
        old: undefined,
        role: "left-over",
        roleAccount: VICTIM,
        physicalId: "made-up",
        number: 0,
        isForged: true,
      },
    ],
    [{ of: "S3", from: 0, for: 191 }],
    [],
  ],
  // A stack that is kept after its Create failed gets that Create once more, after another stack's Create that failed.
  [
    [
      { link: 1, after: 80, life: { ...smooth, role: "open" } },
      {
        link: 1,
        after: 0,
        life: { ...smooth, isPreserved: true, create: { ...SMOOTH, delay: 0, again: [MINUTE] } },
      },
    ],
    [],
    [],
    [{ call: 0, fault: "throttled" }],
  ],
];

class Scene {
  readonly vendor: VendorModel;
  readonly stacks: readonly StackModel[];
  readonly violations: string[] = [];
  /** What was published, by request. */
  private readonly attacks = new Map<string, readonly CustomResourceRequest[]>();
  /** The stacks of a connection, by the confirmation code that one of them shows. */
  private readonly codes = new Map<string, Set<string>>();

  constructor(
    lives: readonly StackLife[],
    attacks: readonly Attack[],
    outages: readonly Outage[],
    glitches: readonly Glitch[],
  ) {
    this.vendor = new VendorModel({ outages, glitches }, links);
    const { world, listeners } = this.vendor;
    const isHostile = (given: string | undefined) => given === links[3]?.externalId;
    world.trustPolicies.set(roleNamed("hostile", HOSTILE), isHostile);
    // Somebody in the victim's account was talked into it.
    world.trustPolicies.set(roleNamed("talked-into", VICTIM), isHostile);
    // What is left of another stack: a forged request can name it, and the probes pass.
    world.trustPolicies.set(roleNamed("left-over", VICTIM), (given) => given === links[0]?.externalId);
    world.table.onWrite = (item) => this.checkRecord(fromItem(item));
    listeners.push((response) => this.checkResponse(response));
    this.stacks = lives.map(({ link, after, life }, index) => {
      const identity = { name: NAMES[index] ?? "", link: links[link] ?? pending, after };
      return new StackModel(this.vendor, life, identity);
    });
    for (const one of attacks) {
      const met = lives[one.meets ?? -1];
      const start = met ? met.after + met.life.create.delay : 0;
      this.attack({ ...one, at: start + one.at });
    }
  }

  run(): Promise<void> {
    return this.vendor.run(this.stacks.map((one) => one.run()));
  }

  /** Everything that holds at the end. */
  check(): void {
    const { world, published } = this.vendor;
    const answered = new Set(world.responses.map(({ RequestId }) => RequestId));
    const unanswered = [...published].filter((id) => !answered.has(id));
    assert.deepEqual([...this.violations, ...world.violations, ...unanswered], []);
    for (const link of links) this.checkLink(link);
  }

  private attack({ at, again, type, stack, link, old, number, isForged, ...values }: Attack): void {
    const { time } = this.vendor;
    const id = `attack-${stack}-${number}`;
    const isOwn = stack === "own";
    const of = this.stacks[NAMES.indexOf(stack)];
    const message = request(type, isOwn ? "own" : stack, id, {
      ...values,
      account: isOwn ? HOSTILE : (of?.link.accountId ?? VICTIM),
      link: links[link] ?? pending,
      signature: isOwn && !isForged ? "genuine" : "forged",
      oldExternalId: old === undefined ? undefined : links[old]?.externalId,
    });
    this.attacks.set(id, [...(this.attacks.get(id) ?? []), message]);
    for (const after of [at, ...again.map((later) => at + later)]) {
      time.after(after, () => this.vendor.deliver(message, START.getTime() + at));
    }
  }

  /** No role and no stack of another account, at no time. */
  private checkRecord(record: Connection | undefined): void {
    if (!record) return;
    const { externalId, accountId, roleArn, stackId, confirmationCode, openStackIds = [] } = record;
    const stacks = [...openStackIds, ...Object.keys(record.deletedStacks ?? {})];
    for (const arn of [roleArn, stackId, ...stacks]) {
      if (arn !== undefined && accountOf(arn) !== accountId) this.violations.push(`${externalId} has ${arn}`);
    }
    if (!confirmationCode || !stackId) return;
    this.codes.set(confirmationCode, new Set(this.codes.get(confirmationCode)).add(stackId));
  }

  /** Nothing of a record whose stack is not the request's. Its own account may know which stack it has connected. */
  private checkResponse(response: Response): void {
    const text = JSON.stringify(response);
    const said = JSON.stringify(this.attacks.get(response.RequestId) ?? []);
    const tell = (what: string) => {
      if (text.includes(what) && !said.includes(what)) this.violations.push(`${what} is in ${text}`);
    };
    for (const [code, stackIds] of this.codes) if (!stackIds.has(response.StackId)) tell(code);
    for (const link of links) {
      const { accountId, tenant, grantedTo, expiresAt, stackId, roleArn } = this.vendor.connection(link);
      if (accountId === accountOf(response.StackId)) continue;
      for (const secret of [tenant, grantedTo, expiresAt, stackId, roleArn]) if (secret) tell(secret);
    }
  }

  private checkLink(link: Connection): void {
    const connection = this.vendor.connection(link);
    const { status, endedAt, expiresAt, openStackIds = [], deletedStacks = {} } = connection;
    const stacks = this.stacks.filter((one) => one.link === link);
    const there = stacks.filter(({ resource }) => resource);
    const after = (days: number) => new Date(new Date(endedAt ?? expiresAt).getTime() + days * DAY);
    assert.ok(openStackIds.length <= MAX_STACKS && Object.keys(deletedStacks).length <= MAX_STACKS);
    assert.ok(!isConnected(connection) || connection.deleteAfter === undefined, "it may expire");
    assert.ok(isConnected(connection) || Number(connection.deleteAfter) > 0, "it stays for ever");
    // No statement is left over.
    if (!isConnected(connection)) assert.equal(needsStatement(connection, after(30)), false);
    if (link.accountId === HOSTILE) return;
    if (there.length === 0) {
      assert.equal(isConnected(connection), false, "the stacks are gone");
      assert.equal(
        needsStatement(connection, after(1)),
        false,
        "the stacks are gone, and the statement is not",
      );
    }
    for (const { id, expectedStatus } of there) {
      // That is how a stack looks that is gone.
      if (expectedStatus === "unreachable" && status === "disconnected") continue;
      assert.ok(needsStatement(connection, after(29)), `${id} may not publish`);
      assert.ok(openStackIds.includes(id), `${id} is not known`);
    }
    if (!this.vendor.hasLostWrites) this.checkConnected(connection, stacks);
  }

  private checkConnected(connection: Connection, stacks: readonly StackModel[]): void {
    const doubtful = stacks.some((one) => one.isStuck || one.isContradicted || one.isUnseen);
    const live = stacks.find(({ resource }) => resource?.isLive);
    if (doubtful) return;
    if (!live) {
      assert.equal(isConnected(connection), false, "no stack is connected");
      return;
    }
    const { status, stackId, roleArn, templateVersion } = connection;
    assert.deepEqual(
      [status, stackId, roleArn, templateVersion],
      [live.expectedStatus, live.id, live.roleArn, templateVersionOf(live.resource?.values.version ?? "")],
    );
  }
}

describe("Customers with several stacks, and a hostile one,", function () {
  this.timeout(1000 * RUNS);
  const rejections: unknown[] = [];
  const keep = (reason: unknown) => void rejections.push(reason);
  before(() => process.on("unhandledRejection", keep));
  after(() => process.off("unhandledRejection", keep));

  it("end with what is theirs, whatever calls fail, and nobody learns anything of another's", async () => {
    const seen = { connected: 0, ended: 0, refused: 0, failed: 0, "not delivered": 0, "lost writes": 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(stack, { minLength: 1, maxLength: 2 }),
        attacks,
        outagesOf("table", "STS", "S3"),
        glitches,
        async (...all) => {
          const scene = new Scene(...all);
          await scene.run();
          try {
            scene.check();
          } catch (error) {
            const records = links.map((link) => JSON.stringify(scene.vendor.connection(link)));
            throw new Error([...scene.vendor.log, ...records].join("\n"), { cause: error });
          }
          const { world, hasLostWrites } = scene.vendor;
          const some = (of: Partial<Response>) =>
            world.responses.some((one) =>
              Object.entries(of).every(([key, value]) => one[key as keyof Response] === value),
            );
          const statuses = links.map((link) => scene.vendor.connection(link).status);
          seen.connected += Number(statuses.includes("connected"));
          seen.ended += Number(statuses.includes("disconnected"));
          seen.refused += Number(some({ delivery: "refused" }));
          seen.failed += Number(some({ Status: "FAILED" }));
          seen["not delivered"] += Number(some({ delivery: "failed" }));
          seen["lost writes"] += Number(hasLostWrites);
        },
      ),
      { numRuns: RUNS, examples },
    );
    assert.deepEqual(rejections, []);
    // A property about nothing would hold, too.
    for (const [what, count] of Object.entries(seen)) assert.ok(count > RUNS / 100, `${count} ${what}`);
  });
});
