/**
 * Does something with each item, a few at a time, in the order in which they come.
 *
 * @param concurrency how many at a time
 * @param hasTime asked before each item; false leaves the rest undone
 * @returns the first item that was left undone; undefined if all were done
 * @throws the first error, once all work that had begun is over
 */
export async function forEach<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { concurrency, hasTime }: { readonly concurrency: number; readonly hasTime: () => boolean },
  work: (item: Item) => Promise<void>,
): Promise<Item | undefined> {
  const queue = queueOf(items);
  let left: Item | undefined;
  const worker = async () => {
    for (let next = await queue.next(); !next.done; next = await queue.next()) {
      if (!hasTime()) {
        left ??= next.value;
        return;
      }
      await work(next.value);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return left;
}

/** Each worker takes the next item. A generator answers concurrent calls in their order. */
async function* queueOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, undefined> {
  yield* items;
  return undefined;
}
