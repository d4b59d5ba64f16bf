/** How much {@link forEach} may do. */
export interface Limits {
  readonly concurrency: number;
  /** Asked before each item. */
  readonly hasTime: () => boolean;
}

/**
 * Works on items, a few at a time, in the order in which they come.
 *
 * @param limits how many at a time, and whether there is time for another one
 * @returns the first item that there was no time for; undefined if all are done
 * @throws the first error, once everything else is done
 */
export async function forEach<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { concurrency, hasTime }: Limits,
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

/** Where each worker takes its next item: a generator answers concurrent calls one after the other. */
async function* queueOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, undefined> {
  yield* items;
  return undefined;
}
