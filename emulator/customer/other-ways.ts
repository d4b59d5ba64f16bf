/** Customers who do not open the console: one runs the text for the AWS CLI, and one makes the role without a stack. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";
import { TOOLS } from "../../functions/url-generator/page/browser/tools.js";
import { pythonProgram } from "../aws/python.js";
import { type CreatedLink, callApi, type WantedRole } from "./onboarding-api.js";
import { makeRole } from "./own-role.js";
import { Scenario } from "./scenario.js";

const CLI = pythonProgram("aws");

/** Whether the AWS CLI and a shell for its text can be had here. */
export const hasCli = process.platform !== "win32" && existsSync(CLI);

/** Runs what the page shows for the AWS CLI, as it is. */
export class CliScenario extends Scenario {
  private connection: CreatedLink | undefined;

  override get customer(): string {
    return "AWS CLI";
  }

  connect(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const connection = await this.newLink();
      this.done("link", started, connection.externalId);
      const { stack } = connection;
      const text = TOOLS.find(({ id }) => id === "aws-cli")?.text(
        { ...stack, parameters: { ...stack.parameters }, capabilities: [...stack.capabilities] },
        this.account.region,
      );
      await this.run(text ?? "");
      this.connection = connection;
      await this.expectRecord(connection.externalId, "connected");
      this.done("connected", started, "aws cloudformation create-stack");
    });
  }

  leave(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      if (!this.connection) throw new Error("The customer has no stack yet.");
      const { externalId, stack } = this.connection;
      await this.run(
        `aws cloudformation delete-stack --region ${this.account.region} --stack-name ${stack.name}`,
      );
      await this.expectRecord(externalId, "disconnected");
      this.done("left", started, "aws cloudformation delete-stack");
    });
  }

  private async run(command: string): Promise<void> {
    const { endpoint, secretAccessKey } = this.cloud;
    const env = {
      PATH: [dirname(CLI), process.env.PATH].join(delimiter),
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: this.account.accountId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      // No configuration of whoever runs this.
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    };
    await promisify(execFile)("bash", ["-ec", command], { env });
  }
}

/** Makes the role that the API describes, and names it. */
export class OwnRoleScenario extends Scenario {
  private externalId: string | undefined;

  override get customer(): string {
    return "own role";
  }

  connect(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      const { accountId, region } = this.account;
      const wanted = await this.call<WantedRole>("POST /connections", { accountId, region, method: "role" });
      this.done("link", started, wanted.externalId);
      const making = Date.now();
      const made = await makeRole(this.cloud.customer(accountId), wanted.role);
      this.done("role", making, made.roleArn.split("/").at(-1) ?? "");
      await this.call(`PUT /connections/${wanted.externalId}/role`, made);
      this.externalId = wanted.externalId;
      await this.expectRecord(wanted.externalId, "connected");
      this.done("connected", started, "without a stack");
    });
  }

  leave(): Promise<void> {
    return this.attempt(async () => {
      const started = Date.now();
      if (this.externalId === undefined) throw new Error("The customer has no role yet.");
      await this.call(`DELETE /connections/${this.externalId}`);
      await this.expectRecord(this.externalId, "disconnected");
      this.done("left", started, "disconnected");
    });
  }

  private call<Result>(call: string, body?: unknown): Promise<Result> {
    return callApi(this.program.onboardingUrl, { call, body }, this.account.caller);
  }
}
