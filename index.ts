import { AlarmForwarding } from "./components/alarm-forwarding.js";
import { AuditTrail } from "./components/audit-trail.js";
import { bundle, codeArchive } from "./components/build/bundle.js";
import { Changes } from "./components/changes.js";
import { ClientPolicy } from "./components/client-policy.js";
import { readConfiguration } from "./components/config/configuration.js";
import { ConnectionTable } from "./components/connection-table.js";
import { Dashboard } from "./components/dashboard.js";
import { Health } from "./components/health.js";
import { Receiver } from "./components/receiver.js";
import { RoleTemplate } from "./components/role-template.js";
import { TopicPolicies } from "./components/topic-policies.js";
import { UrlGenerator } from "./components/url-generator.js";

// Whatever is wrong with the configuration or the functions' sources is said here, before anything is registered.
const configuration = await readConfiguration();
const receiverCode = codeArchive(await bundle("receiver"));
const topicPoliciesCode = codeArchive(await bundle("topic-policies"));
const healthCode = codeArchive(await bundle("health"));
const changesCode = codeArchive(await bundle("changes"));
const urlGeneratorBundle = await bundle("url-generator");

const table = new ConnectionTable("connections", { configuration });

const template = new RoleTemplate("role-template", { configuration });

const receivers = configuration.servedRegions.map((region) => ({
  region,
  receiver: new Receiver(`receiver-${region}`, { configuration, region, table, code: receiverCode }),
}));

const alarmArns = Object.fromEntries(
  receivers.map(({ region, receiver }) => {
    const { topicArns } = receiver;
    const args = { configuration, region, table, topicArns, code: topicPoliciesCode };
    const topicPolicies = new TopicPolicies(`topic-policies-${region}`, args);
    const health = new Health(`health-${region}`, { configuration, region, table, code: healthCode });
    const changes = new Changes(`changes-${region}`, { configuration, region, table, code: changesCode });
    return [region, [receiver, topicPolicies, health, changes].flatMap((component) => component.alarmArns)];
  }),
);

const topicArnsByRegion = Object.fromEntries(
  receivers.map(({ region, receiver }) => [region, receiver.topicArns]),
);

const urlGenerator = new UrlGenerator("url-generator", {
  configuration,
  table,
  topicArns: topicArnsByRegion,
  templateUrl: template.url,
  bundle: urlGeneratorBundle,
});

const clientPolicy = new ClientPolicy("client", { configuration, table });

const alarmForwarding = new AlarmForwarding("alarms", { configuration, alarmArns });

new Dashboard("dashboard", { configuration });

if (configuration.auditTrail) new AuditTrail("audit", { configuration });

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
