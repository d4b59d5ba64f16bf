/** What is known of the streams of a global table while one of its replicas is new, and after an update that broke off. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConnectionTable } from "../../../components/connection-table.js";
import { ACCOUNT, type Inputs } from "./run-program.js";

/** What an engine sends in a preview for what it does not know yet (`unknownValue` in @pulumi/pulumi/runtime/rpc). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const streamArn = (region: string) =>
  `arn:aws:dynamodb:${region}:${ACCOUNT}:table/onboarding-dev-connections/stream/1`;

/** The table with replicas in two regions, of which AWS says this. */
async function tableWith(streams: Record<string, string | undefined>, preview: boolean) {
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ name, inputs }) => {
        const replicas = (inputs.replicas ?? []).map(({ regionName }: Inputs) => ({
          regionName,
          ...(streams[regionName] !== undefined && { streamArn: streams[regionName] }),
        }));
        const state = inputs.hashKey ? { streamArn: streamArn("us-east-1"), replicas } : {};
        return { id: `${name}-id`, state: { ...inputs, ...state } };
      },
    },
    "onboarding",
    "dev",
    preview,
  );
  return new ConnectionTable("connections", {
    homeRegion: "us-east-1",
    prefix: "onboarding-dev",
    protect: true,
    releasedRegions: [],
    servedRegions: ["us-east-1", "eu-west-1", "eu-north-1"],
  });
}

/** Parts of an output that its type leaves out. */
const inside = (output: pulumi.Output<string>) =>
  output as unknown as { isKnown: Promise<boolean>; promise(): Promise<string> };

describe("The streams of the table of connections", () => {
  it("of regions that are there stay known in a preview that adds another one, so that their readers are not replaced", async () => {
    const table = await tableWith({ "eu-west-1": streamArn("eu-west-1"), "eu-north-1": UNKNOWN }, true);
    for (const region of ["us-east-1", "eu-west-1"]) {
      const stream = inside(table.streamArnIn(region));
      assert.deepEqual([await stream.isKnown, await stream.promise()], [true, streamArn(region)]);
    }
    assert.equal(await inside(table.streamArnIn("eu-north-1")).isKnown, false);
  });

  it("are refused with what helps, where an earlier update broke off while a replica was created", async () => {
    const table = await tableWith({ "eu-west-1": streamArn("eu-west-1") }, false);
    await assert.rejects(inside(table.streamArnIn("eu-north-1")).promise(), (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(
        error.message,
        /^The table of connections has no stream in eu-north-1 .*: an earlier update broke off/,
      );
      assert.match(error.message, /Run: pulumi up --refresh\.$/);
      return true;
    });
    assert.equal(await inside(table.streamArnIn("eu-west-1")).promise(), streamArn("eu-west-1"));
  });
});
