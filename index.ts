import { AlarmForwarding } from "./components/alarm-forwarding.js";
import { AuditTrail } from "./components/audit-trail.js";
import { bundle, codeArchive } from "./components/bundle.js";
import { ClientPolicy } from "./components/client-policy.js";
import { ConnectionTable } from "./components/connection-table.js";
import { Dashboard } from "./components/dashboard.js";
import { RegionalEvents } from "./components/regional-events.js";
import { RegionalHealth } from "./components/regional-health.js";
import { RegionalPermissions } from "./components/regional-permissions.js";
import { RegionalReceiver } from "./components/regional-receiver.js";
import { RoleTemplate } from "./components/role-template.js";
import { readSettings } from "./components/settings.js";
import { UrlGenerator } from "./components/url-generator.js";

// Whatever is wrong with the configuration or the functions' sources is said here, before anything is registered.
const settings = await readSettings();
const receiverCode = codeArchive(await bundle("receiver"));
const permissionsCode = codeArchive(await bundle("permissions"));
const healthCode = codeArchive(await bundle("health"));
const eventsCode = codeArchive(await bundle("events"));
const urlGeneratorBundle = await bundle("url-generator");

const table = new ConnectionTable("connections", { settings });

const template = new RoleTemplate("role-template", { settings });

const receivers = settings.servedRegions.map((region) => ({
  region,
  receiver: new RegionalReceiver(`receiver-${region}`, { settings, region, table, code: receiverCode }),
}));

const alarmArns = Object.fromEntries(
  receivers.map(({ region, receiver }) => {
    const { topicArns } = receiver;
    const args = { settings, region, table, topicArns, code: permissionsCode };
    const permissions = new RegionalPermissions(`permissions-${region}`, args);
    const health = new RegionalHealth(`health-${region}`, { settings, region, table, code: healthCode });
    const events = new RegionalEvents(`events-${region}`, { settings, region, table, code: eventsCode });
    return [region, [receiver, permissions, health, events].flatMap((component) => component.alarmArns)];
  }),
);

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

const clientPolicy = new ClientPolicy("client", { settings, table });

const alarmForwarding = new AlarmForwarding("alarms", { settings, alarmArns });

new Dashboard("dashboard", { settings });

if (settings.auditTrail) new AuditTrail("audit", { settings });

/** Where links are made: `POST <onboardingUrl>/connections`. */
export const onboardingUrl = urlGenerator.url;

/** Region by region, the topics that customers' stacks phone home to. */
export const topicArns = topicArnsByRegion;

/** The topic that hears of the alarms of all regions. */
export const alarmTopicArn = alarmForwarding.topicArn;

/** The table of connections, the same name in every region. */
export const tableName = table.tableName;

/** The managed policy for workloads that use connections: attach it to their roles. */
export const clientPolicyArn = clientPolicy.arn;

/** The template that links lead to. */
export const templateUrl = template.url;
