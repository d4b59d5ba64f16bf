/** The pages of the console stand-in. A banner on each says that it is not the real one. */
import type { StackEvent } from "@aws-sdk/client-cloudformation";
import type { QuickCreate } from "../../functions/url-generator/link.js";
import type { Stack } from "../customer/stack.js";

export interface QuickCreateForm {
  /** The link as the URL generator made it. */
  readonly link: string;
  readonly accountId: string;
  readonly quickCreate: QuickCreate;
  /** JSON. */
  readonly template: string;
}

interface TemplateParameters {
  readonly Parameters?: Readonly<
    Record<string, { readonly Default?: string; readonly Description?: string }>
  >;
}

export function quickCreatePage({ link, accountId, quickCreate, template }: QuickCreateForm): string {
  const { region, templateUrl, stackName, parameters } = quickCreate;
  const { Parameters = {} } = JSON.parse(template) as TemplateParameters;
  const fields = Object.entries(Parameters).map(([name, { Default = "", Description = "" }]) =>
    field(`param_${name}`, name, parameters[name] ?? Default, Description),
  );
  return document(
    "Quick create stack",
    `<h1>Quick create stack</h1>
    <details><summary>The genuine link, which leads to ${text(new URL(link).host)}</summary><p><code>${text(link)}</code></p></details>
    <form method="post" action="/stacks">
      <input type="hidden" name="link" value="${text(link)}">
      <section><h2>Signed in</h2>
        ${field("account", "Account", accountId, "The real console knows it from your sign-in. Change it to see what happens in another account.")}
        <p>Region <b>${text(region)}</b></p></section>
      <section><h2>Template</h2><p><code>${text(templateUrl)}</code></p>
        <details><summary>View template</summary><pre tabindex="0">${text(template)}</pre></details></section>
      <section><h2>Stack name</h2>${field("stackName", "Stack name", stackName, "")}</section>
      <section><h2>Parameters</h2>${fields.join("")}</section>
      <section><h2>Capabilities</h2>
        <label class="check"><input type="checkbox" name="acknowledged"> I acknowledge that CloudFormation might create IAM resources.</label></section>
      <p class="end"><button type="submit">Create stack</button></p>
    </form>`,
  );
}

/** The beginning of a stack's page, up to the events, which follow as rows. */
export function stackPageStart(stack: Stack): string {
  const [, name = ""] = stack.id.split("/");
  return `${head(name)}<h1>${text(name)}</h1>
    <p>Account <b>${text(stack.customer.accountId)}</b>, region <b>${text(stack.region)}</b></p>
    <section><h2>Events</h2><div class="scroll"><table><thead><tr><th>Time</th><th>Resource</th><th>Status</th><th>Reason</th></tr></thead><tbody>`;
}

export function eventRow({
  Timestamp,
  LogicalResourceId,
  ResourceStatus,
  ResourceStatusReason,
}: StackEvent): string {
  const status: string = ResourceStatus ?? "";
  const kind = /FAILED|ROLLBACK/.test(status) ? "bad" : status.endsWith("_COMPLETE") ? "good" : "";
  return `<tr><td>${text(Timestamp?.toISOString().slice(11, 19))}</td><td>${text(LogicalResourceId)}</td><td class="${kind}">${text(status)}</td><td>${text(ResourceStatusReason)}</td></tr>`;
}

export function stackPageEnd(
  stack: Stack,
  status: string,
  outputs: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(outputs).map(
    ([name, value]) => `<tr><th scope="row">${text(name)}</th><td><code>${text(value)}</code></td></tr>`,
  );
  const deletion = `<form method="post" action="/stacks/delete"><input type="hidden" name="id" value="${text(stack.id)}"><p class="end"><button type="submit" class="plain">Delete stack</button></p></form>`;
  return `</tbody></table></div></section>
    <section><h2>Status</h2><p class="${status.endsWith("COMPLETE") && !status.includes("ROLLBACK") ? "good" : "bad"}" id="status">${text(status)}</p></section>
    ${rows.length > 0 ? `<section><h2>Outputs</h2><div class="scroll"><table><tbody>${rows.join("")}</tbody></table></div></section>` : ""}
    ${status === "DELETE_COMPLETE" ? "" : deletion}${FOOT}`;
}

export function errorPage(sentence: string): string {
  return document("Error", `<h1>That did not work</h1><p class="bad" id="error">${text(sentence)}</p>`);
}

function field(name: string, label: string, value: string, description: string): string {
  return `<p><label for="${text(name)}">${text(label)}</label><input id="${text(name)}" name="${text(name)}" value="${text(value)}" spellcheck="false"><small>${text(description)}</small></p>`;
}

const STYLES = `
  :root { color-scheme: light dark; --line: #d3dae1; --surface: #fff; --canvas: #f3f5f7; --ink: #16202c; --muted: #55616f; --good: #12754a; --bad: #ae2419; }
  @media (prefers-color-scheme: dark) { :root { --line: #323d49; --surface: #18212b; --canvas: #0f151b; --ink: #e8edf2; --muted: #a5b1bd; --good: #63d39d; --bad: #ff9d93; } }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--canvas); color: var(--ink); font: 0.95rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
  .banner { margin: 0; padding: 0.7rem 1.5rem; background: repeating-linear-gradient(-45deg, #ffd84d 0 14px, #f5c400 14px 28px); color: #1d1600; font-weight: 600 }
  main { max-width: 56rem; margin: 0 auto; padding: 1.2rem 1.5rem 4rem }
  h1 { font-size: 1.6rem } h2 { margin: 0 0 0.6rem; font-size: 1.1rem }
  section { margin-top: 1rem; padding: 1.1rem 1.3rem; border: 1px solid var(--line); border-radius: 12px; background: var(--surface) }
  label { display: block; font-weight: 600 } small { color: var(--muted) } p { margin: 0.5rem 0 }
  input:not([type]) { width: 100%; padding: 0.5rem 0.7rem; border: 1px solid #84909d; border-radius: 8px; background: transparent; color: inherit; font: inherit }
  .check { font-weight: 400 } pre { max-height: 24rem; overflow: auto; font-size: 0.8rem } code { font-size: 0.85rem; overflow-wrap: anywhere }
  button { padding: 0.6rem 1.4rem; border: 0; border-radius: 999px; background: #ff9900; color: #16202c; font: inherit; font-weight: 700; cursor: pointer }
  .plain { border: 1px solid currentcolor; background: none; color: inherit } .end { margin-top: 1.2rem; text-align: right }
  .scroll { overflow-x: auto } table { width: 100%; border-collapse: collapse; font-size: 0.88rem } th, td { padding: 0.4rem 0.6rem; overflow-wrap: normal; min-width: 5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
  .good { color: var(--good); font-weight: 600 } .bad { color: var(--bad); font-weight: 600 } summary { cursor: pointer }
`;

const FOOT = "</main></body></html>";

function head(title: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,"><title>${text(title)} – local stand-in for CloudFormation</title><style>${STYLES}</style></head>
    <body><p class="banner" role="note">Local stand-in for CloudFormation in the AWS console. Nothing here reaches AWS.</p><main>`;
}

function document(title: string, content: string): string {
  return `${head(title)}${content}${FOOT}`;
}

/** Escapes a text for markup. */
function text(value = ""): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
