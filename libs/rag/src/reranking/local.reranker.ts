import { type Passage, Reranker } from './reranker.js';
import { TermStatistics, extractTerms } from './term-statistics.js';

/** Chosen on the odd-numbered Cranfield queries (`npm run bench -- retrieval`); a log-odds each for a full feature. */
const tuning = { trusted: 8, related: 20, relatedWeight: 1.5, titleWeight: 1 } as const;
/** Keeps certainty finite. */
const minProbability = 1e-6;

/**
 * Reranks without a model: what the best passages speak of beside the question's own words counts as evidence too (pseudo-relevance
 * feedback), and so do words of the question in a title. Takes milliseconds, in any language that puts spaces between words.
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

/** Of a few passages, fewer can be trusted. */
function trustedPassageCount(passages: number): number {
  return Math.min(tuning.trusted, Math.ceil(passages / 4));
}

/** The words that weigh most in the passages ranked first, each with its share of their weight. */
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

/** How much of the question, by the rarity of its words, the title has. */
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
