import { isDataError } from './failures.ts';

/**
 * Runs a batch whole; if PostgreSQL refuses a row of it, halves it until only the bad rows are left, so one bad
 * row never fails its neighbours. `onBad` gives the result of a row that cannot be stored.
 */
export async function bisect<Item, Result>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  onBad: (item: Item, error: unknown) => Result,
): Promise<Result[]> {
  try {
    return [...(await run(items))];
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return [onBad(only, error)];
    const middle = Math.ceil(items.length / 2);
    const first = await bisect(items.slice(0, middle), run, onBad);
    return [...first, ...(await bisect(items.slice(middle), run, onBad))];
  }
}
