/** Follows every piece of advice that a customer reads, and sees it work: with stacks, roles and topics of the embedded cloud. */
import assert from "node:assert/strict";
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { withTrust } from "../../../bench/faults/trust-policies.js";
import { probeNow } from "../../../client/cli/probe-connection.js";
import type { Customer } from "../../../emulator/customer/customer.js";
import { createLink } from "../../../emulator/customer/onboarding-api.js";
import type { Stack } from "../../../emulator/customer/stack.js";
import { prefixOf } from "../../../functions/domain/names.js";
import * as sentences from "../../../functions/domain/sentences.js";
import { readQuickCreateLink } from "../../../functions/url-generator/link.js";
import { ApiClient, expire } from "../api-client.js";
import { TestCloud } from "../test-cloud.js";

const REGION = "us-east-1";

/** A link, and the account that it is for. */
interface Invited {
  readonly externalId: string;
  readonly link: string;
  readonly customer: Customer;
}

interface Connected extends Invited {
  readonly stack: Stack;
  readonly roleArn: string;
}

describe("On the embedded cloud, the advice", function () {
  this.timeout(60_000);
  let test: TestCloud;

  before(async () => {
    test = await TestCloud.start();
  });

  after(() => test?.cloud.stop());

  const newLink = async (accountId = test.newAccount(), region = REGION): Promise<Invited> => {
    const created = await createLink(test.program.onboardingUrl, { accountId, region });
    return { ...created, customer: test.cloud.customer(accountId) };
  };

  const connect = async (invited: Invited): Promise<Connected> => {
    const stack = await invited.customer.createStack(invited.link);
    const { status, reason, outputs } = await stack.settled();
    assert.equal(status, "CREATE_COMPLETE", reason);
    await test.untilStatus(invited.externalId, "connected");
    return { ...invited, stack, roleArn: outputs.RoleArn ?? "" };
  };

  /** What `onboarding probe` does, and the health check each hour. @returns what is then wrong with the role */
  const probe = async ({ externalId }: Invited) => {
    const target = { prefix: prefixOf("dev"), clientOptions: test.cloud.vendor.options(REGION) };
    const { status, reason } = await probeNow(target, REGION, externalId);
    return { status, reason };
  };

  const fails = async (stack: Stack, sentence: string) => {
    const { status, reason } = await stack.settled();
    assert.equal(status, "ROLLBACK_COMPLETE");
    assert.ok(reason?.includes(sentence), `${reason}\nis not\n${sentence}`);
    await test.cloud.notifications.idle();
  };

  const roleName = ({ roleArn }: Connected) => roleArn.slice(roleArn.lastIndexOf("/") + 1);

  /** Edits the role's trust policy by hand. @returns the policy as it was */
  const editTrust = async (connected: Connected, change: (policy: string) => string) => {
    const iam = connected.customer.clients.iam(REGION);
    const RoleName = roleName(connected);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const policy = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    assert.notEqual(change(policy), policy);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: change(policy) }));
    return policy;
  };

  const deleteRole = async (connected: Connected) => {
    const iam = connected.customer.clients.iam(REGION);
    const RoleName = roleName(connected);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames)
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies)
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  };

  /** "delete the stack and connect with a new link" */
  const replaceStack = async ({ stack, externalId, customer }: Connected) => {
    assert.equal((await stack.delete()).status, "DELETE_COMPLETE");
    await test.untilStatus(externalId, "disconnected");
    await connect(await newLink(customer.accountId));
  };

  describe("for a role that was deleted by hand", () => {
    it("is to delete the stack and to use a new link, because no update of the stack brings the role back", async () => {
      const connected = await connect(await newLink());
      await deleteRole(connected);
      assert.deepEqual(await probe(connected), {
        status: "unreachable",
        reason: sentences.becameUnreachable(connected.roleArn),
      });
      await assert.rejects(connected.stack.update({}), /No updates are to be performed/);
      await replaceStack(connected);
    });
  });

  describe("for a trust policy that was edited by hand", () => {
    const denied = (policy: string) => policy.replace('"Allow"', '"Deny"');

    it("is to undo the change", async () => {
      const connected = await connect(await newLink());
      const policy = await editTrust(connected, denied);
      assert.equal((await probe(connected)).status, "unreachable");
      await editTrust(connected, () => policy);
      assert.deepEqual(await probe(connected), { status: "connected", reason: undefined });
    });

    it("can be to update the stack with the external ID of a new link, which writes the policy again", async () => {
      const connected = await connect(await newLink());
      await editTrust(connected, denied);
      assert.equal((await probe(connected)).status, "unreachable");
      await assert.rejects(connected.stack.update({}), /No updates are to be performed/);
      const other = await newLink(connected.customer.accountId);
      const update = await connected.stack.update({ parameters: { ExternalId: other.externalId } });
      assert.equal(update.status, "UPDATE_COMPLETE", update.reason);
      await test.untilStatus(other.externalId, "connected");
      await test.untilStatus(connected.externalId, "disconnected");
    });

    it("is to delete the stack and to use a new link, if nobody knows what it was", async () => {
      const connected = await connect(await newLink());
      await editTrust(connected, denied);
      assert.equal((await probe(connected)).status, "unreachable");
      await replaceStack(connected);
    });

    it("is to add the condition that the sentence names, if others can use the role", async () => {
      const connected = await connect(await newLink());
      await editTrust(connected, (policy) =>
        policy.replace(/"Condition":\s*\{"StringEquals":.*?\}\}/, '"Condition":{}'),
      );
      const { status, reason = "" } = await probe(connected);
      assert.equal(status, "unsafe");
      assert.equal(reason, sentences.becameUnsafe(connected.roleArn, connected.externalId));
      const [condition = ""] = /"StringEquals": \{.*?\}/.exec(reason) ?? [];
      await editTrust(connected, (policy) => policy.replace('"Condition":{}', `"Condition":{${condition}}`));
      assert.deepEqual(await probe(connected), { status: "connected", reason: undefined });
    });
  });

  it("for a policy of the organization that forbids the role is to undo it: the same connection works again", async () => {
    const connected = await connect(await newLink());
    // A resource control policy denies in the same place: where the role is assumed.
    const forbidden = '{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}';
    const policy = await editTrust(connected, (text) =>
      text.replace(/\}\s*\]/, (end) => `},${forbidden}${end.slice(1)}`),
    );
    assert.equal((await probe(connected)).reason, sentences.becameUnreachable(connected.roleArn));
    await editTrust(connected, () => policy);
    assert.deepEqual(await probe(connected), { status: "connected", reason: undefined });
  });

  it("for a link that expired, or was cancelled, is to use a new one", async () => {
    const expired = await newLink();
    const expiresAt = await expire(test, expired.externalId);
    await fails(await expired.customer.createStack(expired.link), sentences.linkExpired(expiresAt));
    await connect(await newLink(expired.customer.accountId));

    const cancelled = await newLink();
    await new ApiClient(test.program.onboardingUrl).delete(`/connections/${cancelled.externalId}`);
    await fails(await cancelled.customer.createStack(cancelled.link), sentences.LINK_CANCELLED);
    await connect(await newLink(cancelled.customer.accountId));
  });

  it("for a connection that has ended is to use a new link", async () => {
    const connected = await connect(await newLink());
    await connected.stack.delete();
    await test.untilStatus(connected.externalId, "disconnected");
    // Without a statement of its own or another's, the account would only hear AWS's "not authorized".
    const other = await newLink(connected.customer.accountId);
    await fails(await connected.customer.createStack(connected.link), sentences.CONNECTION_ENDED);
    await connect(other);
  });

  it("for an external ID that nobody knows is to use a new link", async () => {
    const { customer, link } = await newLink();
    const ExternalId = `${REGION}:00000000-0000-4000-8000-000000000000`;
    await fails(
      await customer.createStack(link, { parameters: { ExternalId } }),
      sentences.unknownExternalId(ExternalId),
    );
    await connect(await newLink(customer.accountId));
  });

  it("for a stack in the wrong region is to open the link again", async () => {
    const invited = await newLink();
    await assert.rejects(
      invited.customer.createStack(invited.link, { region: "eu-west-1" }),
      /This link was made for another region, not for eu-west-1\. Open it again/,
    );
    await connect(invited);
  });

  it("for a stack in the wrong account is to sign in to the right one, or to ask for a link for the other", async () => {
    const invited = await newLink();
    const other = await newLink();
    await assert.rejects(
      other.customer.createStack(invited.link),
      /made for another AWS account.*Sign in to that account and open the link again, or ask for a link for this/,
    );
    // Whoever takes the rule out of the template reads the receiver's sentence.
    const stack = await other.customer.createStack(invited.link, {
      stackName: "without-rules",
      template: ({ Rules: _, ...template }) => template,
    });
    await fails(stack, sentences.wrongAccount(invited.customer.accountId, other.customer.accountId));
    await connect(invited);
    await connect(await newLink(other.customer.accountId));
  });

  it("for a stack whose values were changed is to delete it and to open the link again", async () => {
    const invited = await newLink();
    const { GrantedTo = "" } = readQuickCreateLink(invited.link).parameters;
    const stack = await invited.customer.createStack(invited.link, { parameters: { GrantedTo: "Mallory" } });
    await fails(stack, sentences.wrongGrantee(GrantedTo, "Mallory"));
    await assert.rejects(invited.customer.createStack(invited.link), /already exists/i);
    await stack.delete();
    await connect(invited);
  });

  it("for a stack with a role that others can use is to delete it and to open the link again", async () => {
    const invited = await newLink();
    const stack = await invited.customer.createStack(invited.link, {
      template: withTrust(({ Condition: _, ...statement }) => statement),
    });
    const { reason = "" } = await stack.settled();
    const [roleArn = ""] = /arn:aws:iam::\S+/.exec(reason) ?? [];
    assert.ok(reason.includes(sentences.roleNotSafe(roleArn, invited.externalId, true)), reason);
    await stack.delete();
    await connect(invited);
  });

  it("for a second stack with the same link is to delete it: the first one stays connected", async () => {
    const { customer, link, stack, externalId } = await connect(await newLink());
    const second = await customer.createStack(link, { stackName: "once-more" });
    await fails(second, sentences.connectedAnotherStack(stack.id));
    assert.equal((await second.delete()).status, "DELETE_COMPLETE");
    await test.cloud.notifications.idle();
    assert.equal((await test.connection(externalId))?.status, "connected");
  });
});
