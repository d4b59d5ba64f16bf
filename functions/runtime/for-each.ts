/**
 * Does something with each item, a few at a time.
 *
 * @param hasTime asked before each item; false leaves the rest undone
 * @returns whether all was done
 * @throws the first error, once what had begun is over
 */
export async function forEach<Item>(
  items: readonly Item[],
  atOnce: number,
  hasTime: () => boolean,
  work: (item: Item) => Promise<void>,
): Promise<boolean> {
  const queue = items.values();
  let complete = true;
  const worker = async () => {
    for (const item of queue) {
      if (!hasTime()) {
        complete = false;
        return;
      }
      await work(item);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return complete;
}
