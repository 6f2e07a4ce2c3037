import { type Passage, Reranker } from './reranker.js';
import { TermStatistics, extractTerms, isEnglish } from './term-statistics.js';

/**
 * Chosen to help on Cranfield without harm on CACM and XQuAD (`npm run bench -- retrieval`). `strength` is the weight of related words
 * beside the score of retrieval, both in standard deviations. If the first passage is further ahead of the fifth than `clearLead`
 * standard deviations, retrieval has found the answer.
 */
const tuning = { trusted: 8, related: 20, strength: 0.6, clearLead: 6 } as const;
const leadOver = 5;
/** Keeps log-odds finite. */
const minProbability = 1e-6;

/**
 * Reranks without a model, in milliseconds: words that the best passages share beyond the words of the question raise a passage's score
 * (pseudo-relevance feedback). It changes nothing where that is no good evidence: when retrieval is sure of its first passage, and in
 * other languages than English.
 */
export class LocalReranker extends Reranker {
  score(question: string, passages: readonly Passage[]): Promise<number[]> {
    const odds = passages.map(({ score }) => logOdds(score));
    const spread = standardDeviation(odds);
    if (hasClearLead(odds, spread) || !isEnglish(passages.slice(0, tuning.trusted)))
      return Promise.resolve(passages.map(({ score }) => score));
    const evidence = relatedEvidence(question, passages);
    const unit = standardDeviation(evidence);
    if (unit === 0) return Promise.resolve(passages.map(({ score }) => score));
    const average = mean(evidence);
    return Promise.resolve(
      odds.map((own, index) =>
        probability(own + (tuning.strength * spread * (evidence[index]! - average)) / unit),
      ),
    );
  }
}

function hasClearLead(odds: readonly number[], spread: number): boolean {
  const rival = odds[Math.min(leadOver, odds.length) - 1];
  return rival === undefined || spread === 0 || odds[0]! - rival > tuning.clearLead * spread;
}

/** How much of the related words each passage has. */
function relatedEvidence(question: string, passages: readonly Passage[]): number[] {
  const statistics = new TermStatistics(passages);
  const related = relatedWords(passages, statistics, new Set(extractTerms(question)));
  return passages.map((_, index) => weightedSum(related, (word) => statistics.weightIn(index, word)));
}

/** How many of the first passages count as the best ones. */
function trustedPassageCount(passages: number): number {
  return Math.min(tuning.trusted, Math.ceil(passages / 4));
}

/** The heaviest words of the first passages, each with its share of the total weight. */
function relatedWords(
  passages: readonly Passage[],
  statistics: TermStatistics,
  questionWords: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [index, { score }] of passages.slice(0, trustedPassageCount(passages.length)).entries()) {
    for (const word of statistics.termsIn(index)) {
      if (!questionWords.has(word))
        weights.set(word, (weights.get(word) ?? 0) + score * statistics.weightIn(index, word));
    }
  }
  const heaviest = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, tuning.related);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(heaviest.map(([word, weight]) => [word, total === 0 ? 0 : weight / total]));
}

function weightedSum(shares: ReadonlyMap<string, number>, weightOf: (word: string) => number): number {
  return [...shares].reduce((sum, [word, share]) => sum + share * weightOf(word), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function standardDeviation(values: readonly number[]): number {
  const average = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
}

function logOdds(score: number): number {
  const share = Math.min(Math.max(score, minProbability), 1 - minProbability);
  return Math.log(share / (1 - share));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
