/** Tells visitors who is signed in and who gets access: somebody else may have signed them in, or sent them a link. */
import { token } from "./api.js";
import { config } from "./config.js";
import { element, setText } from "./elements.js";
import { identityOf } from "./identity.js";
import { text } from "./texts.js";

/**
 * @param id of the element to show it in; without a sign-in it keeps only who gets access
 * @param grantedTo who gets access; by default whoever the visitor's token stands for
 */
export function showIdentity(id: string, grantedTo?: string): void {
  const view = element(id);
  const current = token.read();
  const identity = current === null ? undefined : identityOf(current, config.tenantClaim);
  view.hidden = !identity && grantedTo === undefined;
  for (const part of view.querySelectorAll<HTMLElement>(".only-signed-in")) part.hidden = !identity;
  setText(view.querySelector(".identity-name") as HTMLElement, identity?.name ?? text("unknownPerson"));
  setText(
    view.querySelector(".identity-granted") as HTMLElement,
    grantedTo ?? (identity?.tenant ? `${config.vendorName} (${identity.tenant})` : config.vendorName),
  );
}
