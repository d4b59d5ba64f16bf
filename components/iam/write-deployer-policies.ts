// `npm run deployer-policy`: brings docs/deployer-policy.json up to date with deployer-rights.ts.
import { writeFileSync } from "node:fs";
import { deployerPoliciesFile } from "./deployer-policies.js";

writeFileSync(new URL("../../docs/deployer-policy.json", import.meta.url), deployerPoliciesFile());
