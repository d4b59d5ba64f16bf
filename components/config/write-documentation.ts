// `npm run config-docs`: brings Pulumi.yaml, docs/configuration.md and arguments.ts up to date with the schema.
import { readFileSync, writeFileSync } from "node:fs";
import { argumentsSource } from "./arguments-source.js";
import { configurationPage, pulumiYaml } from "./documentation.js";

const projectFolder = new URL("../../", import.meta.url);
const pulumiYamlFile = new URL("Pulumi.yaml", projectFolder);

writeFileSync(pulumiYamlFile, pulumiYaml(readFileSync(pulumiYamlFile, "utf8")));
writeFileSync(new URL("docs/configuration.md", projectFolder), configurationPage());
writeFileSync(new URL("components/config/arguments.ts", projectFolder), argumentsSource());
