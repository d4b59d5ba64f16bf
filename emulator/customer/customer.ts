/**
 * A customer with an AWS account, who opens a link as CloudFormation's console does and creates the stack with the account's
 * own rights.
 */
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { CreateStackCommand, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { readQuickCreateLink } from "../../functions/url-generator/link.js";
import type { AccountClients, Accounts } from "../aws/accounts.js";
import type { CustomResources } from "../aws/custom-resources.js";
import { Stack, toParameters } from "./stack.js";

/** A CloudFormation template, as far as customers look into it. */
export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly [section: string]: unknown;
}

/** Changes a template before a stack is created or updated from it. */
export type TemplateChange = (template: Template) => Template;

/** What a customer does differently from what the link says. */
export interface StackChanges {
  /** Creates the stack in another region than the link's. */
  readonly region?: string;
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly template?: TemplateChange;
}

export class Customer {
  readonly clients: AccountClients;

  constructor(
    readonly accountId: string,
    private readonly accounts: Accounts,
    readonly customResources: CustomResources,
  ) {
    this.clients = accounts.of(accountId);
  }

  /** Opens a link and presses "Create stack". @throws Error where CloudFormation refuses the link's values */
  async createStack(link: string, changes: StackChanges = {}): Promise<Stack> {
    const quickCreate = readQuickCreateLink(link);
    const region = changes.region ?? quickCreate.region;
    const StackName = changes.stackName ?? quickCreate.stackName;
    await this.expectNoStack(StackName, region);
    const { StackId = "" } = await this.clients.cloudFormation(region).send(
      new CreateStackCommand({
        StackName,
        ...(await this.templateAt(quickCreate.templateUrl, changes.template)),
        Parameters: toParameters({ ...quickCreate.parameters, ...changes.parameters }),
        // The console has what the template needs acknowledged; an organization's roles have names.
        Capabilities: ["CAPABILITY_NAMED_IAM"],
      }),
    );
    return new Stack(StackId, region, this);
  }

  /**
   * A stack that was rolled back can only be deleted and keeps its name until then ("Stack status codes" in the CloudFormation user guide);
   * ministack would replace it.
   */
  private async expectNoStack(StackName: string, region: string): Promise<void> {
    const command = new DescribeStacksCommand({ StackName });
    const { Stacks = [] } = await this.clients
      .cloudFormation(region)
      .send(command)
      .catch(() => ({ Stacks: [] }));
    if (Stacks.some(({ StackStatus }) => StackStatus === "ROLLBACK_COMPLETE")) {
      throw new Error(`AlreadyExistsException: Stack [${StackName}] already exists`);
    }
  }

  /** The template at a URL, for a request that creates or updates a stack. */
  async templateAt(
    url: string,
    change?: TemplateChange,
  ): Promise<{ readonly TemplateURL: string } | { readonly TemplateBody: string }> {
    if (!change) return { TemplateURL: url };
    const template = JSON.parse(await fetchTemplate(this.accounts.endpoint, url)) as Template;
    return { TemplateBody: JSON.stringify(change(template)) };
  }
}

/**
 * Fetches a template from its bucket's virtual-hosted URL without any credentials, as the console does.
 * ministack speaks plain HTTP; a header tells it, as a load balancer would, that the request was made over TLS.
 */
export function fetchTemplate(endpoint: string, url: string): Promise<string> {
  const { hostname: Host, pathname: path } = new URL(url);
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const headers = { Host, "X-Forwarded-Proto": "https" };
    request({ hostname, port, path, headers }, async (response) => {
      const body = await text(response);
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`GET ${url} returned ${response.statusCode}: ${body.slice(0, 300)}`));
    })
      .on("error", reject)
      .end();
  });
}
