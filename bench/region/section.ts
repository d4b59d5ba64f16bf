/** What the vendor pays every hour and every day for a region with many customers. */
import type { Section } from "../section.js";
import { CONNECTIONS } from "./connections.js";
import { health } from "./health.js";
import { reconcile } from "./reconcile.js";

export async function region(): Promise<Section> {
  return {
    title: `A region with ${CONNECTIONS.toLocaleString("en")} connections`,
    rows: [...(await reconcile()), ...(await health())],
  };
}
