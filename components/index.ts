/** What the package `cross-account-onboarding` exports for Pulumi programs. */
export { Auth, Confirmation, type Grants, type Jwt } from "./config/argument-types.js";
export type { CrossAccountOnboardingArgs } from "./config/arguments.js";
export { CrossAccountOnboarding } from "./cross-account-onboarding.js";
