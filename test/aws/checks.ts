/**
 * Checks of what this program relies on and AWS does not document, with two real accounts. Each removes what it created, whatever
 * happens.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateTopicCommand, DeleteTopicCommand } from "@aws-sdk/client-sns";
import { Topic } from "../../functions/aws/topic.js";
import { hostOf, responseTarget } from "../../functions/receiver/response-url.js";
import { type Dependencies, type Verdict, verdict } from "./dependencies.js";
import { organization } from "./organization-checks.js";
import { keyOf, type Trial, tryTopic } from "./topic-trial.js";

/** What a policy holds besides the statement that every topic has. */
const CAPACITY = 99;

/** The third delivery begins so long after the first: two tries of a minute each, and Lambda's waits of one and two minutes. */
const NEW_ROLE_SECONDS = 300;
const CHANGED_TRUST_SECONDS = 300;

/** No account has this number. */
const NOBODY = "000000000000";

/** Runs all checks, one after the other. @param link a quick-create link for the customer's account, for the end-to-end check */
export async function* verify(dependencies: Dependencies, link: string | undefined): AsyncGenerator<Verdict> {
  yield await onboarding(dependencies, link);
  const control = await tryTopic(dependencies, undefined);
  yield responseHost(dependencies, control);
  yield responseLifetime(control);
  const conditional = await tryTopic(dependencies, { Bool: { "aws:ViaAWSService": "true" } });
  yield viaService(control, conditional);
  yield await accountRule(dependencies);
  yield* topicPolicy(dependencies);
  yield* roles(dependencies);
  yield* organization(dependencies);
}

/** With the rights that the receiver's role names, too: with an attribute too few nothing would connect. */
async function onboarding({ openLink }: Dependencies, link: string | undefined): Promise<Verdict> {
  if (link === undefined) {
    const detail = "Pass a link of your stack for the customer's account with --link.";
    return { check: "onboarding", result: "skipped", detail };
  }
  const stack = await openLink(link);
  try {
    const status = await stack.settled();
    return verdict("onboarding", status === "CREATE_COMPLETE", `The stack is ${status}.`);
  } finally {
    await stack.delete();
  }
}

function responseHost({ region }: Dependencies, { requests, status }: Trial): Verdict {
  const [request] = requests;
  if (!request) return verdict("response-host", false, `No request arrived; the stack is ${status}.`);
  const host = hostOf(request.ResponseURL);
  return responseTarget(request.ResponseURL, keyOf(request), region)
    ? verdict("response-host", true, `The host is ${host}; the stack is ${status}.`)
    : verdict("response-host", false, `The receiver would drop a request with a URL of the host ${host}.`);
}

/** Both of S3's ways to sign say it: as a number of seconds, or as the second since 1970 in which it ends. */
function responseLifetime({ requests: [request] }: Trial): Verdict {
  const parameters = new URL(request?.ResponseURL ?? "https://nothing.invalid/").searchParams;
  const ends = Number(parameters.get("Expires") ?? Number.NaN);
  const seconds = Number(parameters.get("X-Amz-Expires") ?? ends - Date.now() / 1000);
  return verdict(
    "response-lifetime",
    // Some of it has passed since it was signed.
    seconds > 7200 - 300 && seconds <= 7200,
    `It is good for ${Number.isNaN(seconds) ? "an unknown time" : `${Math.round(seconds)} s`}.`,
  );
}

function viaService(control: Trial, { requests, status }: Trial): Verdict {
  if (control.requests.length === 0) {
    const detail = "No request arrived without the condition either, which proves nothing.";
    return { check: "via-aws-service", result: "skipped", detail };
  }
  return requests.length > 0
    ? verdict("via-aws-service", true, "With a policy that requires it, the request arrived.")
    : verdict(
        "via-aws-service",
        false,
        `With a policy that requires it, no request arrived; the stack is ${status}.`,
      );
}

/** The template's rule "RightAccount": AWS documents parameters in rules, and AWS::AccountId nowhere. */
async function accountRule({ createStack, customerAccountId }: Dependencies): Promise<Verdict> {
  const tryAccount = async (accountId: string) => {
    try {
      const stack = await createStack(uniqueName(), templateForAccount(accountId));
      const status = await stack.settled();
      await stack.delete();
      return status;
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  };
  const own = await tryAccount(customerAccountId);
  const other = await tryAccount(NOBODY);
  return verdict(
    "account-rule",
    own === "CREATE_COMPLETE" && other.startsWith("refused") && other.includes(ACCOUNT_RULE),
    `With the customer's account the stack is ${own}; with another one it is ${other}.`,
  );
}

const ACCOUNT_RULE = "This stack was made for another account.";

function templateForAccount(accountId: string): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Checks a rule. Creates nothing and can be deleted at any time.",
    Parameters: { AccountId: { Type: "String", Default: accountId } },
    Rules: {
      RightAccount: {
        Assertions: [
          {
            Assert: { "Fn::Equals": [{ Ref: "AWS::AccountId" }, { Ref: "AccountId" }] },
            AssertDescription: ACCOUNT_RULE,
          },
        ],
      },
    },
    Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
  };
}

/** Fills the policy of a topic as the URL generator does. */
async function* topicPolicy({ sns, customerAccountId }: Dependencies): AsyncGenerator<Verdict> {
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: uniqueName() }));
  try {
    const topic = new Topic(sns, TopicArn);
    const unknown = await topic.allow("nobody", NOBODY);
    yield verdict("unknown-account", unknown === "refused", `An account that does not exist is ${unknown}.`);
    if (unknown === "allowed") await topic.disallow("nobody");
    let allowed = 0;
    let result = await topic.allow("verify-1", customerAccountId);
    for (; result === "allowed" && allowed <= CAPACITY; allowed++) {
      result = await topic.allow(`verify-${allowed + 2}`, customerAccountId);
    }
    yield verdict(
      "topic-capacity",
      allowed === CAPACITY && result === "full",
      `After ${allowed} statements, another one is ${result}.`,
    );
  } finally {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
  }
}

async function* roles(dependencies: Dependencies): AsyncGenerator<Verdict> {
  const [first, second] = [uniqueName(), uniqueName()];
  const name = uniqueName();
  let role = await dependencies.createRole(name, first);
  try {
    const missing = await isAllowed(dependencies, `${role.arn}-missing`, first);
    yield verdict("missing-role", !missing, `A role that is not there is ${missing ? "assumed" : "denied"}.`);
    const assumed = await secondsUntil(NEW_ROLE_SECONDS, () => isAllowed(dependencies, role.arn, first));
    yield verdict(
      "new-role",
      assumed !== undefined,
      assumed === undefined
        ? `It could not be assumed for ${NEW_ROLE_SECONDS} s.`
        : `It could be assumed after ${assumed} s.`,
    );
    await role.trust(second);
    const denied = await secondsUntil(
      CHANGED_TRUST_SECONDS,
      async () => !(await isAllowed(dependencies, role.arn, first)),
    );
    yield verdict(
      "changed-trust",
      denied !== undefined,
      denied === undefined
        ? `The earlier external ID was still accepted after ${CHANGED_TRUST_SECONDS} s.`
        : `The earlier external ID was denied after ${denied} s.`,
    );
    const told = await dependencies.assumeRole(role.arn, second);
    const { id } = role;
    await role.delete();
    role = await dependencies.createRole(name, first);
    yield verdict(
      "role-id",
      told === id && role.id !== id,
      `STS told ${told} of the role ${id}; another role of that name is ${role.id}.`,
    );
  } finally {
    await role.delete();
  }
}

/** @throws any other error than AccessDenied */
async function isAllowed({ assumeRole }: Dependencies, arn: string, externalId: string): Promise<boolean> {
  try {
    await assumeRole(arn, externalId);
    return true;
  } catch (error) {
    if ((error as Error).name === "AccessDenied") return false;
    throw error;
  }
}

/** Tries once a second. @returns how long it took; undefined if it never was so */
async function secondsUntil(limit: number, isSo: () => Promise<boolean>): Promise<number | undefined> {
  const started = Date.now();
  for (;;) {
    const is = await isSo();
    const seconds = Math.round((Date.now() - started) / 1000);
    if (is) return seconds;
    if (seconds > limit) return undefined;
    await sleep(1000);
  }
}

function uniqueName(): string {
  return `onboarding-verify-${randomBytes(4).toString("hex")}`;
}
