/** The update that a connected stack lacks: what it changes, and the way to it. */
import type { Connection } from "./api.js";
import { element, setText } from "./elements.js";
import { text } from "./texts.js";

/** @param onOpen called when the visitor opens the console to update */
export function listenForUpdate(onOpen: () => void): void {
  element("open-update").addEventListener("click", onOpen);
}

export function showUpdate({ update }: Connection): void {
  element("update").hidden = update === undefined;
  if (!update) return;
  const { link, templateUrl, added, removed } = update;
  showList("added", added);
  showList("removed", removed);
  const isSame = added?.length === 0 && removed?.length === 0;
  setText(element("update-same"), isSame ? text("updateSame") : "");
  element<HTMLAnchorElement>("open-update").href = link;
  setText(element("update-template"), templateUrl);
}

function showList(what: "added" | "removed", grants: readonly string[] = []): void {
  element(`update-${what}`).hidden = grants.length === 0;
  element(`update-${what}-list`).replaceChildren(
    ...grants.map((grant) => {
      const item = document.createElement("li");
      item.textContent = grant;
      return item;
    }),
  );
}
