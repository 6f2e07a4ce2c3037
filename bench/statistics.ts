/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** The smallest value that at least `share` of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(values.length * share));
  return ascending(values)[rank - 1]!;
}

/** Ratios round by round: what slows down a round affects both sides of its ratio. */
export function ratios(values: readonly number[], yardstick: readonly number[]): number[] {
  if (values.length !== yardstick.length)
    throw new Error(`${values.length} rounds cannot be compared with ${yardstick.length}.`);
  return values.map((value, round) => value / yardstick[round]!);
}

/** `median (min–max)` */
export function medianWithRange(values: readonly number[], digits: number): string {
  const format = (value: number): string => value.toFixed(digits);
  return `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`;
}

/** Pads the cells to columns: the width of the first, and of all others. */
export function tableRow(
  cells: readonly string[],
  [first, other]: readonly [number, number] = [42, 24],
): string {
  return cells
    .map((cell, index) => cell.padEnd(index === 0 ? first : other))
    .join('  ')
    .trimEnd();
}

/** Starts with the next item in each round, so that each item is first equally often. */
export function rotate<T>(items: readonly T[], round: number): T[] {
  const start = round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Numbers from 0, below 1; the same for the same seed (mulberry32). */
export function createSeededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('There is no value to summarise.');
  return values.toSorted((a, b) => a - b);
}
