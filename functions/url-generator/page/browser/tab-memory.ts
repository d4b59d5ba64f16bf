/** What this tab remembers over a reload. It is gone with the tab: others who use the computer find nothing of it. */

const MADE = "onboarding-made";
const OPENED = "onboarding-opened";

/** More than anybody makes in one visit. */
const MAX_MADE = 20;

/** The connections that this tab made, newest first: where nobody signs in, only this tells which are the visitor's own. */
export const made = {
  read: (): readonly string[] => JSON.parse(sessionStorage.getItem(MADE) ?? "[]"),
  add: (externalId: string) => {
    const others = made.read().filter((other) => other !== externalId);
    sessionStorage.setItem(MADE, JSON.stringify([externalId, ...others].slice(0, MAX_MADE)));
  },
};

/** When the console was opened for the current attempt of a connection, in milliseconds since 1970. */
export const openedAt = {
  read: (externalId: string): number | undefined => {
    const kept = JSON.parse(sessionStorage.getItem(OPENED) ?? "{}");
    return kept.externalId === externalId ? kept.at : undefined;
  },
  keep: (externalId: string, at: number) =>
    sessionStorage.setItem(OPENED, JSON.stringify({ externalId, at })),
  forget: () => sessionStorage.removeItem(OPENED),
};
