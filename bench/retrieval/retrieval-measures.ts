type Gains = ReadonlyMap<string, number>;

/** Normalised discounted cumulative gain of the first `depth` documents, 0..1 (Järvelin and Kekäläinen 2002, log2). */
export function ndcg(ranking: readonly string[], gains: Gains, depth: number): number {
  const ideal = discounted([...gains.values()].toSorted((a, b) => b - a).slice(0, depth));
  return ideal === 0 ? 0 : discounted(ranking.slice(0, depth).map((id) => gains.get(id) ?? 0)) / ideal;
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}

/** The share of the relevant documents that are among the first `depth`, 0..1. */
export function recall(ranking: readonly string[], gains: Gains, depth: number): number {
  const found = ranking.slice(0, depth).filter((id) => gains.has(id));
  return gains.size === 0 ? 0 : found.length / gains.size;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
