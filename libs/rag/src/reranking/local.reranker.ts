import { type Passage, Reranker } from './reranker.js';
import { TermStatistics, extractTerms } from './term-statistics.js';

/** Fitted on the odd-numbered Cranfield queries (`npm run bench -- retrieval`). The weights are log-odds of a full feature. */
const tuning = { trusted: 8, related: 20, relatedWeight: 1.5, titleWeight: 1 } as const;
/** Keeps log-odds finite. */
const minProbability = 1e-6;

/**
 * Reranks without a model, in milliseconds. Two things raise a passage's score: words that the best passages share beyond the words
 * of the question (pseudo-relevance feedback), and words of the question in its title. Works for languages with spaces between words.
 */
export class LocalReranker extends Reranker {
  score(question: string, passages: readonly Passage[]): Promise<number[]> {
    const statistics = new TermStatistics(passages);
    const questionWords = new Set(extractTerms(question));
    const related = relatedWords(passages, statistics, questionWords);
    return Promise.resolve(
      passages.map(({ score, title }, index) => {
        const evidence =
          tuning.relatedWeight * weightedSum(related, (word) => statistics.weightIn(index, word)) +
          tuning.titleWeight * titleShare(title, questionWords, statistics);
        return probability(logOdds(score) + evidence);
      }),
    );
  }
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
  return new Map(heaviest.map(([word, weight]) => [word, weight / total]));
}

function weightedSum(shares: ReadonlyMap<string, number>, weightOf: (word: string) => number): number {
  return [...shares].reduce((sum, [word, share]) => sum + share * weightOf(word), 0);
}

/** The share of the question's words in the title, weighted by rarity. */
function titleShare(title: string, questionWords: ReadonlySet<string>, statistics: TermStatistics): number {
  const inTitle = new Set(extractTerms(title));
  const rarity = (kept: Iterable<string>) =>
    [...kept].reduce((sum, word) => sum + statistics.inverseDocumentFrequency(word), 0);
  const all = rarity(questionWords);
  return all === 0 ? 0 : rarity([...questionWords].filter((word) => inTitle.has(word))) / all;
}

function logOdds(score: number): number {
  const share = Math.min(Math.max(score, minProbability), 1 - minProbability);
  return Math.log(share / (1 - share));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
