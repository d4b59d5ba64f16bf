/** Which name somebody meant who misspelled it. */

/** More mistakes than these are another word. */
const MAX_MISTAKES = 2;

/** @returns the name that takes the fewest letters changed, added or left out, capitals aside; undefined if it takes more than two */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({
    name,
    mistakes: mistakesIn(wrong.toLowerCase(), name.toLowerCase()),
  }));
  const [nearest] = distances.sort((one, other) => one.mistakes - other.mistakes);
  return nearest && nearest.mistakes <= MAX_MISTAKES ? nearest.name : undefined;
}

/** Levenshtein's distance, one row of the table at a time. */
function mistakesIn(wrong: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...wrong].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= right.length; at++) {
      const changed = (row[at - 1] ?? 0) + (letter === right[at - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
