import { playgroundTexts } from './playground.texts.js';

/** Where a chunk is in two ranked lists, from 1; null where it is in only one of them. */
export interface RankedChunk {
  readonly chunkId: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Compares two ranked lists of chunks. Those of the second list come first, in its order, then those that only the first has. */
export function compareRanks(before: readonly string[], after: readonly string[]): readonly RankedChunk[] {
  return [...new Set([...after, ...before])].map((chunkId) => ({
    chunkId,
    before: rankIn(before, chunkId),
    after: rankIn(after, chunkId),
  }));
}

function rankIn(list: readonly string[], chunkId: string): number | null {
  const index = list.indexOf(chunkId);
  return index === -1 ? null : index + 1;
}

/** What happened to a chunk of the first list: `2 → 1`, `same place`, `gone`; of the second: `new`. */
export function describeMove({ before, after }: RankedChunk): string {
  if (before === null) return playgroundTexts.sources.new;
  if (after === null) return playgroundTexts.sources.gone;
  return before === after ? playgroundTexts.sources.samePlace : `${before} → ${after}`;
}
