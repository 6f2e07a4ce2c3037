import type { TrialAnswer } from '#config';

/** An answer under one configuration, or why there is none. */
export interface ReplayedAnswer {
  readonly answer: string | null;
  readonly sources: readonly string[];
  readonly cost_usd: number;
  readonly latency_ms: number;
  readonly error: string | null;
}

/** The two answers to a question. Sources are ids of documents. */
export interface ComparedAnswers {
  readonly sources_kept: readonly string[];
  readonly sources_gained: readonly string[];
  readonly sources_lost: readonly string[];
  readonly answer_before: string | null;
  readonly answer_after: string | null;
  readonly cost_usd_before: number;
  readonly cost_usd_after: number;
  readonly latency_ms_before: number;
  readonly latency_ms_after: number;
  /** After ÷ before; null where there is nothing to divide by. */
  readonly cost_ratio: number | null;
  readonly latency_ratio: number | null;
  /** Why one of the answers is missing; null if both are there. */
  readonly error: string | null;
}

/** The sums of all questions that were asked. */
export interface ReplaySums extends Pick<
  ComparedAnswers,
  'cost_usd_before' | 'cost_usd_after' | 'cost_ratio' | 'latency_ratio'
> {
  readonly sources_kept: number;
  readonly sources_gained: number;
  readonly sources_lost: number;
  /** Questions whose answers differ. */
  readonly answers_changed: number;
  /** Questions without one of the answers. */
  readonly failed: number;
}

export function toReplayedAnswer({
  answer,
  sources,
  usage,
  timings_ms: timings,
}: TrialAnswer): ReplayedAnswer {
  const { retrieve, rerank, generate } = timings;
  return {
    answer,
    sources: [...new Set(sources.map(({ doc_id: id }) => id))],
    cost_usd: usage.cost_usd,
    latency_ms: retrieve + rerank + generate,
    error: null,
  };
}

/** The answer for a question that no model answered. */
export function missingAnswer(error: string): ReplayedAnswer {
  return { answer: null, sources: [], cost_usd: 0, latency_ms: 0, error };
}

export function compareAnswers(before: ReplayedAnswer, after: ReplayedAnswer): ComparedAnswers {
  return {
    sources_kept: before.sources.filter((id) => after.sources.includes(id)),
    sources_gained: after.sources.filter((id) => !before.sources.includes(id)),
    sources_lost: before.sources.filter((id) => !after.sources.includes(id)),
    answer_before: before.answer,
    answer_after: after.answer,
    cost_usd_before: before.cost_usd,
    cost_usd_after: after.cost_usd,
    latency_ms_before: before.latency_ms,
    latency_ms_after: after.latency_ms,
    cost_ratio: ratio(before.cost_usd, after.cost_usd),
    latency_ratio: ratio(before.latency_ms, after.latency_ms),
    error: before.error ?? after.error,
  };
}

export function sumUp(results: readonly ComparedAnswers[]): ReplaySums {
  const answered = results.filter(({ error }) => error === null);
  const costBefore = sum(results, (one) => one.cost_usd_before);
  const costAfter = sum(results, (one) => one.cost_usd_after);
  return {
    sources_kept: sum(results, (one) => one.sources_kept.length),
    sources_gained: sum(results, (one) => one.sources_gained.length),
    sources_lost: sum(results, (one) => one.sources_lost.length),
    answers_changed: answered.filter((one) => one.answer_before !== one.answer_after).length,
    failed: results.length - answered.length,
    cost_usd_before: costBefore,
    cost_usd_after: costAfter,
    cost_ratio: ratio(costBefore, costAfter),
    latency_ratio: ratio(
      sum(answered, (one) => one.latency_ms_before),
      sum(answered, (one) => one.latency_ms_after),
    ),
  };
}

function sum(results: readonly ComparedAnswers[], of: (result: ComparedAnswers) => number): number {
  return results.reduce((total, one) => total + of(one), 0);
}

function ratio(before: number, after: number): number | null {
  return before === 0 ? null : after / before;
}
