import { type Calibration, likelihood } from '../embedding/embedder.js';
import { thresholdOf } from './memory/vectors/top-places.js';
import { type Candidate, chunkKeyText } from './vector-store.js';

/**
 * Maps a BM25 score, as a share of its maximum, to relevance. Fitted by maximum likelihood on the odd-numbered Cranfield queries.
 * It holds for every tenant, because the share does not depend on the statistics of a collection.
 */
export const sparseCalibration: Calibration = { intercept: -4.59, slope: 10.35 };

export type ScoredCandidate<C extends Candidate> = C & {
  /** 0 to 1. */
  readonly score: number;
};

interface FusionOptions {
  /** Of the dense side. */
  readonly calibration: Calibration;
  /** How many candidates are needed. Default: all. */
  readonly limit?: number;
}

/**
 * Scores and sorts candidates by `alpha × dense + (1 − alpha) × sparse`, best first. Each side is a calibrated probability of
 * relevance. So a weak side, whose probabilities hardly differ, cannot outvote a strong one, as it does after min–max scaling.
 * At alpha 0 and 1 only one side decides. Equal scores keep the order of the documents, then of the text.
 *
 * A candidate without `dense` scores 0 on the dense side. Returns at least the `limit` best.
 */
export function fuse<C extends Candidate>(
  candidates: readonly C[],
  alpha: number,
  { calibration, limit = Infinity }: FusionOptions,
): ScoredCandidate<C>[] {
  const scores = Float64Array.from(candidates, (candidate) => scoreOf(candidate, alpha, calibration));
  const lowest = thresholdOf(scores, limit);
  // Most candidates are not needed, so only the others are copied and sorted.
  const best: ScoredCandidate<C>[] = [];
  candidates.forEach((candidate, index) => {
    const score = scores[index]!;
    if (score >= lowest) best.push({ ...candidate, score });
  });
  return best.toSorted(byScore);
}

/**
 * Joins the candidates for several forms of a question, best first. The score is the mean; a form that did not propose the chunk counts
 * as one without any evidence. One form keeps its scores to the last digit.
 */
export function meanOfForms<C extends Candidate>(
  forms: readonly (readonly ScoredCandidate<C>[])[],
): readonly ScoredCandidate<C>[] {
  const [only, ...others] = forms;
  if (only === undefined || others.length === 0) return only ?? [];
  const sums = new Map<string, ScoredCandidate<C>>();
  for (const candidates of forms)
    for (const candidate of candidates) {
      const key = chunkKeyText(candidate);
      const { score } = candidate;
      const known = sums.get(key);
      sums.set(key, known ? { ...known, score: known.score + score } : candidate);
    }
  return [...sums.values()].map((one) => ({ ...one, score: one.score / forms.length })).toSorted(byScore);
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
