/** What the vendor's applications hear: the events of one type on the home region's bus, through a queue. */
import assert from "node:assert/strict";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { VENDOR_ACCOUNT } from "../../emulator/embedded-cloud.js";
import type { TestCloud } from "./test-cloud.js";

export class VendorEvents<Detail extends { readonly externalId: string }> {
  /** In the order in which they came. */
  readonly heard: Detail[] = [];

  private constructor(
    private readonly test: TestCloud,
    private readonly schema: v.GenericSchema<unknown, Detail>,
    private readonly queueUrl: string | undefined,
  ) {}

  /** @param schema which every event has to match */
  static async listen<Detail extends { readonly externalId: string }>(
    test: TestCloud,
    detailType: string,
    schema: v.GenericSchema<unknown, Detail>,
  ): Promise<VendorEvents<Detail>> {
    const home = homeOf(test);
    const name = detailType.toLowerCase().replaceAll(" ", "-");
    const { QueueUrl } = await test.cloud.vendor.sqs(home).send(new CreateQueueCommand({ QueueName: name }));
    const bus = test.cloud.vendor.events(home);
    const pattern = { source: ["onboarding-dev"], "detail-type": [detailType] };
    await bus.send(new PutRuleCommand({ Name: name, EventPattern: JSON.stringify(pattern) }));
    const Arn = `arn:aws:sqs:${home}:${VENDOR_ACCOUNT}:${name}`;
    await bus.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "queue", Arn }] }));
    return new VendorEvents(test, schema, QueueUrl);
  }

  /** Waits until the last event of a connection is one that fits. */
  async until(externalId: string, fits: (event: Detail) => boolean): Promise<Detail> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = this.heard.findLast((one) => one.externalId === externalId);
      if (found && fits(found)) return found;
      assert.ok(
        Date.now() < deadline,
        `The last event of ${externalId} is ${JSON.stringify(found)}, not ${fits}.`,
      );
      const command = { QueueUrl: this.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const sqs = this.test.cloud.vendor.sqs(homeOf(this.test));
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command));
      for (const { Body = "" } of Messages) this.heard.push(v.parse(this.schema, JSON.parse(Body).detail));
    }
  }
}

const homeOf = ({ config }: TestCloud) => String(config["aws:region"]);
