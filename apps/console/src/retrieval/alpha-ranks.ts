/** The two scores of a chunk that alpha mixes. */
export interface MixedScores {
  readonly chunk_id: string;
  readonly scores: { readonly dense: number | null; readonly sparse: number };
}

/** A chunk's places, one for each alpha, from 1. */
export interface AlphaRanks {
  readonly chunkId: string;
  readonly ranks: readonly number[];
}

/** The alphas that are drawn. */
export const alphas: readonly number[] = Array.from({ length: 21 }, (_, step) => step / 20);

/** `alpha × dense + (1 − alpha) × sparse`, as the service mixes them. */
function fusedAt(alpha: number, { scores: { dense, sparse } }: MixedScores): number {
  return alpha * (dense ?? 0) + (1 - alpha) * sparse;
}

/** Where each chunk would be at each alpha. Those that come among the first `places` at some alpha, the best first. */
export function alphaRanksOf(chunks: readonly MixedScores[], places: number): readonly AlphaRanks[] {
  const orders = alphas.map((alpha) =>
    chunks.toSorted((a, b) => fusedAt(alpha, b) - fusedAt(alpha, a)).map(({ chunk_id: id }) => id),
  );
  return chunks
    .map(({ chunk_id: chunkId }) => ({ chunkId, ranks: orders.map((ids) => ids.indexOf(chunkId) + 1) }))
    .filter(({ ranks }) => Math.min(...ranks) <= places);
}
