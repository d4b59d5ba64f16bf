import { bundle, codeArchive } from "./components/bundle.js";
import { ConnectionTable } from "./components/connection-table.js";
import { RegionalPermissions } from "./components/regional-permissions.js";
import { RegionalReceiver } from "./components/regional-receiver.js";
import { RoleTemplate } from "./components/role-template.js";
import { readSettings } from "./components/settings.js";
import { UrlGenerator } from "./components/url-generator.js";

// Whatever is wrong with the configuration or the functions' sources is said here, before anything is registered.
const settings = await readSettings();
const receiverCode = codeArchive(await bundle("receiver"));
const permissionsCode = codeArchive(await bundle("permissions"));
const urlGeneratorCode = codeArchive(await bundle("url-generator"));

const table = new ConnectionTable("connections", { settings });

const template = new RoleTemplate("role-template", { settings });

const receivers = settings.servedRegions.map((region) => ({
  region,
  receiver: new RegionalReceiver(`receiver-${region}`, { settings, region, table, code: receiverCode }),
}));

for (const { region, receiver } of receivers) {
  new RegionalPermissions(`permissions-${region}`, {
    settings,
    region,
    table,
    topicArns: receiver.topicArns,
    code: permissionsCode,
  });
}

const topicArnsByRegion = Object.fromEntries(
  receivers.map(({ region, receiver }) => [region, receiver.topicArns]),
);

const urlGenerator = new UrlGenerator("url-generator", {
  settings,
  table,
  topicArns: topicArnsByRegion,
  templateUrl: template.url,
  code: urlGeneratorCode,
});

/** Where links are made: `POST <onboardingUrl>/connections`. */
export const onboardingUrl = urlGenerator.url;

/** Region by region, the topics that customers' stacks phone home to. */
export const topicArns = topicArnsByRegion;

/** The home region. */
export const homeRegion = settings.homeRegion;

/** The regions that customers can choose from. */
export const offeredRegions = settings.regions;

/** The regions that are offered no longer, and still received. */
export const retiredRegions = settings.retiredRegions;

/** The table of connections, the same name in every region. */
export const tableName = table.tableName;

/** The template that links lead to. */
export const templateUrl = template.url;
