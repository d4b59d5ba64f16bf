import { bundle, codeArchive } from "./components/bundle.js";
import { ConnectionTable } from "./components/connection-table.js";
import { RegionalReceiver } from "./components/regional-receiver.js";
import { RoleTemplate } from "./components/role-template.js";
import { readSettings } from "./components/settings.js";
import { UrlGenerator } from "./components/url-generator.js";

// Whatever is wrong with the configuration or the functions' sources is said here, before anything is registered.
const settings = await readSettings();
const receiverCode = codeArchive(await bundle("receiver"));
const urlGeneratorBundle = await bundle("url-generator");

const table = new ConnectionTable("connections", { settings });

const template = new RoleTemplate("role-template", { settings });

const receivers = settings.regions.map((region) => ({
  region,
  receiver: new RegionalReceiver(`receiver-${region}`, { settings, region, table, code: receiverCode }),
}));

const topicArnsByRegion = Object.fromEntries(
  receivers.map(({ region, receiver }) => [region, receiver.topicArns]),
);

const urlGenerator = new UrlGenerator("url-generator", {
  settings,
  table,
  topicArns: topicArnsByRegion,
  templateUrl: template.url,
  bundle: urlGeneratorBundle,
});

/** Where links are made: `POST <onboardingUrl>/connections`. */
export const onboardingUrl = urlGenerator.url;

/** Region by region, the topics that customers' stacks phone home to. */
export const topicArns = topicArnsByRegion;

/** The table of connections, the same name in every region. */
export const tableName = table.tableName;

/** The template that links lead to. */
export const templateUrl = template.url;
