import { type Calibration, likelihood } from '../embedding/calibration.js';
import type { Candidate } from './vector-store.js';

/**
 * What a share of BM25's ceiling says about relevance. Fitted by maximum likelihood on the odd-numbered Cranfield queries.
 * It has nothing of a tenant or its collection in it, since the share has their statistics taken out.
 */
export const sparseCalibration: Calibration = { intercept: -4.59, slope: 10.35 };

export type ScoredCandidate<C extends Candidate> = C & {
  /** 0..1. */
  readonly score: number;
};

/**
 * `alpha × dense + (1 − alpha) × sparse`, best first. Each side is the probability of relevance that its evidence stands for, so
 * that a weak side, whose probabilities hardly differ, cannot outvote a strong one as it does after min–max. At alpha 0 and 1 the
 * order is that of one side alone. Equal scores: the document that was added first, then the order of the text.
 *
 * Candidates need `dense` unless alpha is 0; one without has no part in that side.
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

function scoreOf({ sparse, dense }: Candidate, alpha: number, denseCalibration: Calibration): number {
  const denseScore = dense === null ? 0 : likelihood(denseCalibration, dense);
  return alpha * denseScore + (1 - alpha) * likelihood(sparseCalibration, sparse);
}

function byScore(a: ScoredCandidate<Candidate>, b: ScoredCandidate<Candidate>): number {
  return b.score - a.score || a.document_number - b.document_number || a.position - b.position;
}
