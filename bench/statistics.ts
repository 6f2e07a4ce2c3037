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

/** Round by round, so that whatever slowed a round down slowed both sides of its ratio. */
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

/** Columns under one another: the first as wide as given, the others alike. */
export function tableRow(
  cells: readonly string[],
  [first, other]: readonly [number, number] = [42, 24],
): string {
  return cells
    .map((cell, index) => cell.padEnd(index === 0 ? first : other))
    .join('  ')
    .trimEnd();
}

/** `items`, begun one further in each round, so that nobody always comes after the same neighbour. */
export function rotate<T>(items: readonly T[], round: number): T[] {
  const begin = round % items.length;
  return [...items.slice(begin), ...items.slice(0, begin)];
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('There is no value to sum up.');
  return values.toSorted((a, b) => a - b);
}
