/** Each state of the page. The page is the one in the URL generator's bundle; the API's responses are written here, so that every state is there at once. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { readLogo } from "../../../components/config/logo.js";
import { projectFolder } from "../../../emulator/paths.js";
import { anotherRole, OWN_ROLE_REFUSED } from "../../../functions/domain/own-role-sentences.js";
import * as sentences from "../../../functions/domain/sentences.js";
import type { PageConfig, renderPage } from "../../../functions/url-generator/page/index.js";
import type { Texts } from "../../../functions/url-generator/page/languages/index.js";

const ADDRESS = "http://127.0.0.1:1/";

const CONFIG: PageConfig = {
  vendorName: "Example Analytics",
  logo: readLogo("examples/logo.svg", projectFolder),
  brandColor: "#3730a3",
  auth: "none",
  loginUrl: "",
  tenantClaim: "",
  grants: {
    actions: [
      "ec2:Describe*",
      "s3:ListAllMyBuckets",
      "s3:GetBucketLocation",
      "cloudwatch:GetMetricData",
      "ec2:StopInstances",
      "ec2:StartInstances",
    ],
    managedPolicies: ["SecurityAudit"],
    statements: [],
    tiers: [],
  },
  confirmation: "none",
  organizationRegions: ["us-east-1", "eu-west-1", "eu-central-1"],
};

export const REGIONS = [
  ["us-east-1", "US East (N. Virginia)"],
  ["us-west-2", "US West (Oregon)"],
  ["eu-west-1", "Europe (Ireland)"],
  ["eu-central-1", "Europe (Frankfurt)"],
  ["ap-southeast-2", "Asia Pacific (Sydney)"],
  ["sa-east-1", "South America (São Paulo)"],
].map(([region = "", name = ""]) => ({ region, name, open: region !== "us-west-2" }));

const PENDING = {
  externalId: "eu-central-1:5f0c9c7e-0f2b-4c43-9d7a-6b1f2f7f8a10",
  accountId: "222233334444",
  region: "eu-central-1",
  status: "pending",
  grantedTo: "Example Analytics (4711)",
  createdAt: "2027-03-01T09:30:00Z",
  expiresAt: "2027-03-02T09:30:00Z",
  statusChangedAt: "2027-03-01T09:30:00Z",
  link: "https://eu-central-1.console.aws.amazon.com/cloudformation/home?region=eu-central-1#/stacks/create/review",
  stack: {
    name: "example-analytics-4711-5f0c9c7e",
    templateUrl:
      "https://onboarding-prod-111122223333-us-east-1-an.s3.us-east-1.amazonaws.com/templates/0123456789abcdef0123456789abcdef.json",
    parameters: {
      TrustedAccount: "111122223333",
      AccountId: "222233334444",
      ExternalId: "eu-central-1:5f0c9c7e-0f2b-4c43-9d7a-6b1f2f7f8a10",
      SnsArn: "arn:aws:sns:eu-central-1:111122223333:onboarding-prod-1",
      GrantedTo: "Example Analytics (4711)",
    },
    capabilities: ["CAPABILITY_IAM"],
  },
};
const { link: _, stack: __, ...ENDED } = PENDING;
const CONNECTED = { ...ENDED, status: "connected", statusChangedAt: "2027-03-01T09:31:12Z" };
const ROLE = "arn:aws:iam::222233334444:role/onboarding/prod/example-analytics-4711-Role-1A2B3C";

const ROLE_PENDING = {
  ...ENDED,
  method: "role",
  role: {
    path: "/onboarding/prod/",
    name: "example-analytics-4711-5f0c9c7e",
    trustPolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": PENDING.externalId } },
        },
      ],
    },
    permissionsPolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: CONFIG.grants.actions, Resource: "*" }],
    },
    managedPolicies: ["arn:aws:iam::aws:policy/SecurityAudit"],
  },
};
const ROLE_CONNECTED = { ...CONNECTED, method: "role", roleArn: ROLE };

/** An organization whose roles are being made. */
const ORGANIZATION = {
  ...CONNECTED,
  kind: "organization",
  organizationId: "o-a1b2c3d4e5",
  counts: { connected: 4812, awaited: 185, unreachable: 3, unsafe: 0, disconnected: 2, excluded: 0 },
  total: 5000,
  listedAt: "2027-03-01T10:12:00Z",
  reasons: [
    {
      reason:
        "User: arn:aws:sts::333344445555:assumed-role/stacksets-exec-0123456789abcdef is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy",
      count: 181,
    },
    { reason: sentences.memberNotActive("444455556666", "SUSPENDED"), count: 3 },
  ],
};

const OWN = [
  PENDING,
  CONNECTED,
  { ...CONNECTED, region: "eu-west-1", status: "unreachable", externalId: `${PENDING.externalId}2` },
  { ...CONNECTED, accountId: "555566667777", confirmation: "required", externalId: `${PENDING.externalId}3` },
];

const TOKENS = { auth: "jwt", loginUrl: "https://app.example.com/", tenantClaim: "org_id" } as const;
const CLAIMS = { email: "ada.lovelace@example.org", org_id: "4711" };
const TOKEN = `e30.${Buffer.from(JSON.stringify(CLAIMS)).toString("base64url")}.e30`;

export interface State {
  readonly name: string;
  readonly config?: Partial<PageConfig>;
  /** What the API returns for the connection; without one the form is shown. */
  readonly connection?: Readonly<Record<string, unknown>> | 401 | 404;
  /** What the API lists as the visitor's own. */
  readonly own?: readonly Readonly<Record<string, unknown>>[];
  /** What the tab holds from an earlier sign-in. */
  readonly token?: string;
  /** By default the one of the connection. */
  readonly fragment?: string;
  /** Only the visible part: a dialog covers no more than that, and the screenshot stays small. */
  readonly window?: true;
  readonly act?: (page: Page) => Promise<void>;
}

export const STATES: readonly State[] = [
  { name: "start" },
  {
    name: "start-wrong",
    act: async (page) => {
      await page.fill("#account", "2222 3333 44445");
      await page.fill("#region", "Mars");
      await page.keyboard.press("Escape");
      await page.click("#create-link");
    },
  },
  {
    name: "start-regions",
    act: async (page) => {
      await page.fill("#account", "2222 3333 4444");
      await page.focus("#region");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
    },
  },
  {
    name: "start-tiers",
    config: {
      grants: {
        ...CONFIG.grants,
        tiers: [
          { name: "read", actions: [], managedPolicies: [], statements: [] },
          { name: "manage", actions: ["ec2:RebootInstances"], managedPolicies: [], statements: [] },
        ],
      },
    },
    act: (page) => page.check("#tiers [value=manage]"),
  },
  { name: "start-organization", act: (page) => page.check("#whole-choice [value=organization]") },
  { name: "organization-pending", connection: { ...ORGANIZATION, ...PENDING, kind: "organization" } },
  { name: "organization", connection: ORGANIZATION },
  {
    name: "organization-new",
    connection: { ...ORGANIZATION, listedAt: undefined, total: 0, reasons: [] },
    act: (page) => page.click("#look-again"),
  },
  { name: "pending", connection: PENDING },
  ...["aws-cli", "terraform", "pulumi", "cdk", "role"].map((tool) => ({
    name: `pending-${tool}`,
    connection: PENDING,
    act: (page: Page) => page.click(`#tool-${tool}`),
  })),
  {
    name: "pending-waiting",
    window: true,
    connection: PENDING,
    act: (page) => page.evaluate(`document.getElementById("open-console").dispatchEvent(new Event("click"))`),
  },
  {
    name: "pending-failed",
    connection: { ...PENDING, reason: sentences.wrongAccount(PENDING.accountId, "555566667777") },
  },
  { name: "role", connection: ROLE_PENDING },
  {
    name: "role-policies",
    config: { confirmation: "code" },
    connection: ROLE_PENDING,
    act: async (page) => {
      for (const summary of await page.locator("#own-role summary").all()) await summary.click();
      await page.click("#connect-role");
    },
  },
  { name: "role-refused", connection: { ...ROLE_PENDING, reason: OWN_ROLE_REFUSED } },
  {
    name: "role-not-ready",
    connection: ROLE_PENDING,
    act: async (page) => {
      await page.fill("#role-arn", ROLE);
      await page.click("#connect-role");
      await page.waitForSelector("#role-progress");
    },
  },
  { name: "role-connected", connection: { ...ROLE_CONNECTED, role: ROLE_PENDING.role } },
  {
    name: "role-remove",
    window: true,
    connection: { ...ROLE_CONNECTED, role: ROLE_PENDING.role },
    act: (page) => page.click("#cancel"),
  },
  {
    name: "role-replaced",
    connection: {
      ...ROLE_CONNECTED,
      role: ROLE_PENDING.role,
      status: "unreachable",
      reason: anotherRole(ROLE),
    },
  },
  { name: "role-ended", connection: { ...ROLE_CONNECTED, status: "disconnected", endedBy: "tenant" } },
  { name: "pending-cancel", window: true, connection: PENDING, act: (page) => page.click("#cancel") },
  {
    name: "connected-code",
    config: { ...TOKENS, confirmation: "code" },
    token: TOKEN,
    connection: { ...CONNECTED, confirmation: "required" },
  },
  { name: "connected", connection: CONNECTED },
  {
    name: "connected-update",
    connection: {
      ...CONNECTED,
      update: {
        link: PENDING.link.replace("create/review", "update/template"),
        templateUrl: PENDING.stack.templateUrl,
        added: ["EC2: stop instances, start instances"],
        removed: ["CloudWatch: metrics, alarms and dashboards"],
      },
    },
    act: (page) => page.click("#update summary"),
  },
  { name: "expired", connection: { ...ENDED, status: "expired" } },
  { name: "cancelled", connection: { ...ENDED, status: "cancelled" } },
  { name: "disconnected", connection: { ...ENDED, status: "disconnected" } },
  {
    name: "unreachable",
    connection: { ...ENDED, status: "unreachable", reason: sentences.becameUnreachable(ROLE) },
  },
  {
    name: "unsafe",
    connection: { ...ENDED, status: "unsafe", reason: sentences.becameUnsafe(ROLE, PENDING.externalId) },
  },
  { name: "unknown", connection: 404 },
  { name: "signed-in", config: TOKENS, token: TOKEN },
  { name: "advanced", act: (page) => page.click("#advanced summary") },
  {
    name: "own",
    config: TOKENS,
    token: TOKEN,
    own: OWN,
    act: (page) => page.waitForSelector("#own-list li").then(() => {}),
  },
  {
    name: "known",
    config: TOKENS,
    token: TOKEN,
    own: OWN.slice(0, 2),
    act: async (page) => {
      await page.fill("#account", PENDING.accountId);
      await page.click("#create-link");
      await page.waitForSelector("#known-list li");
    },
  },
  { name: "signed-out", config: TOKENS, token: TOKEN, connection: 401 },
  { name: "foreign-sign-in", config: TOKENS, token: TOKEN, fragment: "#token=other" },
];

/** How to show a state. */
export interface Look extends BrowserContextOptions {
  readonly render: typeof renderPage;
  readonly language: string;
  readonly texts: Texts;
}

/** Opens a state of the page in a context of its own, for the caller to close. */
export async function openState(
  browser: Browser,
  { config, connection, own = [], token, fragment, act }: State,
  { render, language, texts, ...options }: Look,
): Promise<Page> {
  const context = await browser.newContext({
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    locale: language,
    ...options,
  });
  await context.route(`${ADDRESS}**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/") return route.fulfill(render({ ...CONFIG, ...config }, language, texts));
    if (pathname === "/regions") return route.fulfill({ json: { regions: REGIONS } });
    if (pathname === "/connections") return route.fulfill({ json: { connections: own } });
    if (typeof connection === "number") return route.fulfill({ status: connection, json: {} });
    return route.fulfill({ json: connection });
  });
  const tab = await context.newPage();
  if (token) await tab.addInitScript(`sessionStorage.setItem("onboarding-token", "${token}")`);
  const address = fragment ?? (connection ? `#/connections/${PENDING.externalId}` : "");
  await tab.goto(`${ADDRESS}${address}`);
  await tab.waitForSelector("section:not(#loading):not([hidden])");
  await act?.(tab);
  return tab;
}
