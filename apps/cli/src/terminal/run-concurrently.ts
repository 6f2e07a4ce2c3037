import { InvalidArgumentError, Option } from 'commander';
import { startProgress } from './progress.js';

interface ConcurrencyOptions {
  readonly concurrency: number;
  /** The label of the progress display: `planning`. */
  readonly what: string;
}

/**
 * Runs `work` for all items, at most `concurrency` at a time. Resolves to the results in the order of the items.
 *
 * @throws The first error of `work`; no item starts after it.
 */
export async function runConcurrently<Item, Result>(
  items: readonly Item[],
  { concurrency, what: label }: ConcurrencyOptions,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const progressBar = startProgress(label, items.length);
  const remaining = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of remaining) {
      results.set(index, await work(item));
      progressBar.step();
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, worker);
  try {
    await Promise.all(workers);
  } finally {
    // Takes the remaining items from the workers, so that none starts after a failure.
    Array.from(remaining);
    progressBar.end();
  }
  return items.map((_, index) => results.get(index)!);
}

export function concurrencyOption(of = 'tenants'): Option {
  return new Option('--concurrency <n>', `number of ${of} at a time, 1 to 64`)
    .default(8)
    .argParser((text) => {
      const number = Number(text);
      if (Number.isInteger(number) && number >= 1 && number <= 64) return number;
      throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
    });
}
