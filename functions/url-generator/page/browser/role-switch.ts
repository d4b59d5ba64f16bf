import { API_LANGUAGE, api, type Connection, RejectedError } from "./api.js";
import { busy, element, show } from "./elements.js";
import { made } from "./tab-memory.js";

/**
 * A button with which a link makes way for a connection that takes a role.
 * @param onError called when the visitor is nobody any more
 */
export function listenForSwitch(
  current: () => Connection | undefined,
  onCreated: (connection: Connection) => void,
  onError: (error: unknown) => void,
): void {
  const button = element<HTMLButtonElement>("switch-to-role");
  const change = async () => {
    const link = current();
    if (!link) return;
    try {
      const created = await createInsteadOf(link);
      made.add(created.externalId);
      onCreated(created);
    } catch (error) {
      const isRejected = error instanceof RejectedError;
      if (isRejected && error.status === 401) return onError(error);
      show(element("poll-error"), (error as Error).message, isRejected ? API_LANGUAGE : undefined);
    }
  };
  button.addEventListener("click", () => void busy(button, change));
}

/** Tried again, it makes no second one. */
async function createInsteadOf({ externalId, ...link }: Connection): Promise<Connection> {
  const { accountId, region, permissionsBoundary, tier } = link;
  const wanted = {
    ...{ accountId, region, method: "role" as const },
    ...(permissionsBoundary && { permissionsBoundary }),
    ...(tier && { tier }),
  };
  const created = await api.create(wanted, `role instead of ${externalId}`);
  // If that fails, the link expires.
  await api.cancel(externalId).catch(() => {});
  return created;
}
