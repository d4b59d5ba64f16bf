// `npm run config-docs`: brings Pulumi.yaml, docs/configuration.md and arguments.ts and the plugin's schema up to date with the schema.
import { readFileSync, writeFileSync } from "node:fs";
import { schemaSource } from "../provider/schema-source.js";
import { argumentsSource } from "./arguments-source.js";
import { configurationPage, pulumiYaml } from "./documentation.js";

const projectFolder = new URL("../../", import.meta.url);
const pulumiYamlFile = new URL("Pulumi.yaml", projectFolder);

writeFileSync(pulumiYamlFile, pulumiYaml(readFileSync(pulumiYamlFile, "utf8")));
writeFileSync(new URL("docs/configuration.md", projectFolder), configurationPage());
writeFileSync(new URL("components/config/arguments.ts", projectFolder), argumentsSource());
// Last, because it is made of the arguments.
writeFileSync(new URL("components/provider/schema.json", projectFolder), schemaSource());
