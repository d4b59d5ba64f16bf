// Runs the program, or a bare one with as many resources, under mocks, and prints as JSON what that took.
// child.ts program <regions>   child.ts bare <resources>
import { RegionInfo } from "@aws-cdk/region-info";
import { Topic } from "@pulumi/aws/sns/topic.js";
import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import { bundleAll } from "../../components/build/bundle.js";

const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };
const [, , which = "", count = ""] = process.argv;
const wanted = Number(count);

// AWS does not have as many regions as the program has to cope with: the others are made up, here and nowhere else.
const genuine = RegionInfo.regions.filter(({ partition }) => partition === "aws");
const madeUp = Array.from({ length: Math.max(0, wanted - genuine.length) }, (_, index) =>
  RegionInfo.get(`xx-made-${index + 1}`),
);
for (const region of madeUp) {
  Object.defineProperty(region, "partition", { value: "aws" });
  Object.defineProperty(region, "domainSuffix", { value: "amazonaws.com" });
  Object.defineProperty(region, "isOptInRegion", { value: false });
}
const all = [...genuine, ...madeUp].sort((a, b) =>
  a.name === "us-east-1" ? -1 : b.name === "us-east-1" ? 1 : a.name < b.name ? -1 : 1,
);
const get = RegionInfo.get;
RegionInfo.get = (name) => all.find((region) => region.name === name) ?? get.call(RegionInfo, name);
Object.defineProperty(RegionInfo, "regions", { get: () => all });
const names = all.map(({ name }) => name);

let resources = 0;
const failures: unknown[] = [];

await pulumi.runtime.setMocks(
  {
    call: ({ token }) =>
      token.includes("getRegions")
        ? { id: "regions", names }
        : { accountId: "111122223333", arn: "", id: "111122223333", userId: "" },
    newResource: ({ type, name, inputs }) => {
      resources += 1;
      const isApi = type === "aws:apigatewayv2/api:Api";
      return {
        id: `${name}-id`,
        state: {
          ...inputs,
          arn: `arn:aws:service:${inputs.region}:111122223333:${name}`,
          ...(isApi && { apiEndpoint: "https://api.example.com" }),
        },
      };
    },
  },
  "onboarding",
  "dev",
  false,
);
process.on("unhandledRejection", (error) => failures.push(error));

async function run(name: string, size: number): Promise<void> {
  if (which === "bare") {
    for (let index = 0; index < size; index++) {
      new Topic(`${name}-${index}`, { name: `${name}-${index}`, region: "us-east-1", tags: { a: "b" } });
    }
  } else {
    pulumi.runtime.setAllConfig({
      "aws:region": "us-east-1",
      "onboarding:regions": JSON.stringify(names.slice(0, size)),
    });
    await import(`../../index.js?run=${name}`);
  }
  await waitForRPCs();
}

const bundling = performance.now();
await bundleAll();
const bundleMilliseconds = performance.now() - bundling;
await run("warm", which === "bare" ? 20 : 1);

resources = 0;
const started = process.cpuUsage();
await run("measured", wanted);
const { user, system } = process.cpuUsage(started);
if (failures.length > 0) throw failures[0];
console.log(
  JSON.stringify({
    resources,
    milliseconds: (user + system) / 1000,
    bundleMilliseconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0);
