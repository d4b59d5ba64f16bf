import { computeTypes } from "./resources/compute.js";
import { eventTypes } from "./resources/events.js";
import { identityTypes } from "./resources/identity.js";
import { messagingTypes } from "./resources/messaging.js";
import { monitoringTypes } from "./resources/monitoring.js";
import { storageTypes } from "./resources/storage.js";
import type { ResourceType } from "./resources/types.js";

export type { Inputs, ResourceContext } from "./resources/types.js";

/** Every type of resource that the embedded cloud can make, by Pulumi's type token. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...computeTypes,
  ...eventTypes,
  ...identityTypes,
  ...messagingTypes,
  ...monitoringTypes,
  ...storageTypes,
};
