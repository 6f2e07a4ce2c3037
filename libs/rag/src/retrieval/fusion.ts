import { type Calibration, likelihood } from '../embedding/embedder.js';
import type { Candidate } from './vector-store.js';

/**
 * Maps a BM25 score, as a share of its maximum, to relevance. Fitted by maximum likelihood on the odd-numbered Cranfield queries.
 * It holds for every tenant, because the share does not depend on the statistics of a collection.
 */
export const sparseCalibration: Calibration = { intercept: -4.59, slope: 10.35 };

export type ScoredCandidate<C extends Candidate> = C & {
  /** 0 to 1. */
  readonly score: number;
};

/**
 * Scores and sorts candidates by `alpha × dense + (1 − alpha) × sparse`, best first. Each side is a calibrated probability of
 * relevance. So a weak side, whose probabilities hardly differ, cannot outvote a strong one, as it does after min–max scaling.
 * At alpha 0 and 1 only one side decides. Equal scores keep the order of the documents, then of the text.
 *
 * A candidate without `dense` scores 0 on the dense side.
 */
export function fuse<C extends Candidate>(
  candidates: readonly C[],
  alpha: number,
  denseCalibration: Calibration,
): ScoredCandidate<C>[] {
  return candidates
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate, alpha, denseCalibration) }))
    .toSorted(byScore);
}

/** The two sides of a candidate's score, each 0 to 1. */
export function sidesOf(
  { sparse, dense }: Candidate,
  denseCalibration: Calibration,
): { readonly dense: number | null; readonly sparse: number } {
  return {
    dense: dense === null ? null : likelihood(denseCalibration, dense),
    sparse: likelihood(sparseCalibration, sparse),
  };
}

function scoreOf(candidate: Candidate, alpha: number, denseCalibration: Calibration): number {
  const { dense, sparse } = sidesOf(candidate, denseCalibration);
  return alpha * (dense ?? 0) + (1 - alpha) * sparse;
}

function byScore(a: ScoredCandidate<Candidate>, b: ScoredCandidate<Candidate>): number {
  return b.score - a.score || a.document_number - b.document_number || a.position - b.position;
}
