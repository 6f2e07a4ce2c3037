import { proximityEvidence } from './proximity.js';
import { type Passage, Reranker } from './reranker.js';
import { TermStatistics, extractTerms, isEnglish } from './term-statistics.js';

/**
 * Chosen to help on Cranfield, CACM and XQuAD without harm on any of them (`npm run bench -- retrieval`). The strengths are the weights of
 * each kind of evidence beside the score of retrieval, all in standard deviations. If the first passage is further ahead of the fifth than
 * `clearLead` standard deviations, retrieval has found the answer, and related words change nothing. Passages with fewer than `fullText`
 * characters on average, such as titles and single sentences, say less about a subject, so their related words count less.
 */
const tuning = {
  proximity: 0.25,
  related: 0.5,
  trusted: 12,
  relatedWords: 40,
  clearLead: 6,
  fullText: 300,
} as const;
const leadOver = 5;
/** How many of the best passages show the language. */
const languageSample = 8;
/** Keeps log-odds finite. */
const minProbability = 1e-6;

/**
 * Reranks without a model, in milliseconds, by two kinds of evidence that retrieval does not see. Neighbouring words of the question that
 * stand close together in a passage raise its score. So do the words that the best passages share beyond the words of the question
 * (pseudo-relevance feedback), unless retrieval is sure of its first passage or the passages are not in English.
 */
export class LocalReranker extends Reranker {
  score(question: string, passages: readonly Passage[]): Promise<number[]> {
    const odds = passages.map(({ score }) => logOdds(score));
    const spread = standardDeviation(odds);
    const evidence: [strength: number, values: number[]][] = [
      [tuning.proximity, standardize(proximityEvidence(question, passages))],
    ];
    if (!hasClearLead(odds, spread) && isEnglish(passages.slice(0, languageSample)))
      evidence.push([relatedStrength(passages), standardize(relatedEvidence(question, passages))]);
    const changes = passages.map((_, index) =>
      evidence.reduce((sum, [strength, values]) => sum + strength * spread * values[index]!, 0),
    );
    return Promise.resolve(
      passages.map(({ score }, index) =>
        changes[index] === 0 ? score : probability(odds[index]! + changes[index]!),
      ),
    );
  }
}

/** As distances from the mean in standard deviations; zeros where all values are the same. */
function standardize(values: readonly number[]): number[] {
  const [average, unit] = [mean(values), standardDeviation(values)];
  return values.map((value) => (unit === 0 ? 0 : (value - average) / unit));
}

function hasClearLead(odds: readonly number[], spread: number): boolean {
  const rival = odds[Math.min(leadOver, odds.length) - 1];
  return rival === undefined || spread === 0 || odds[0]! - rival > tuning.clearLead * spread;
}

function relatedStrength(passages: readonly Passage[]): number {
  return tuning.related * Math.min(1, mean(passages.map(({ text }) => text.length)) / tuning.fullText);
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
  const heaviest = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, tuning.relatedWords);
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
