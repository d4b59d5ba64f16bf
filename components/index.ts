/** What the package `cross-account-onboarding` exports for Pulumi programs. */
export {
  Auth,
  Confirmation,
  type GrantedStatement,
  type Grants,
  type Jwt,
  type Tier,
} from "./config/argument-types.js";
export type { CrossAccountOnboardingArgs } from "./config/arguments.js";
export { CrossAccountOnboarding } from "./cross-account-onboarding.js";
