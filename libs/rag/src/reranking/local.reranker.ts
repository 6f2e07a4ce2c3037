import { type Passage, Reranker } from './reranker.js';
import { PassageWords, wordsOf } from './passage-words.js';

/** Chosen on the odd-numbered Cranfield queries (`npm run bench -- retrieval`); a log-odds each for a full feature. */
const tuned = { trusted: 8, related: 20, relatedWeight: 1.5, titleWeight: 1 } as const;
/** Keeps certainty finite. */
const least = 1e-6;

/**
 * Reranks without a model: what the best passages speak of beside the question's own words counts as evidence too (pseudo-relevance
 * feedback), and so do words of the question in a title. Takes milliseconds, in any language that puts spaces between words.
 */
export class LocalReranker extends Reranker {
  judge(question: string, passages: readonly Passage[]): Promise<number[]> {
    const words = new PassageWords(passages);
    const asked = new Set(wordsOf(question));
    const related = relatedWords(passages, words, asked);
    return Promise.resolve(
      passages.map(({ score, title }, index) => {
        const evidence =
          tuned.relatedWeight * weighted(related, (word) => words.weightIn(index, word)) +
          tuned.titleWeight * titleShare(title, asked, words);
        return probability(logOdds(score) + evidence);
      }),
    );
  }
}

/** Of a few passages, fewer can be trusted. */
function trustedOf(passages: number): number {
  return Math.min(tuned.trusted, Math.ceil(passages / 4));
}

/** The words that weigh most in the passages ranked first, each with its share of their weight. */
function relatedWords(
  passages: readonly Passage[],
  words: PassageWords,
  asked: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [index, { score }] of passages.slice(0, trustedOf(passages.length)).entries()) {
    for (const word of words.in(index)) {
      if (!asked.has(word)) weights.set(word, (weights.get(word) ?? 0) + score * words.weightIn(index, word));
    }
  }
  const heaviest = [...weights].toSorted(([, a], [, b]) => b - a).slice(0, tuned.related);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(heaviest.map(([word, weight]) => [word, weight / total]));
}

function weighted(shares: ReadonlyMap<string, number>, weightOf: (word: string) => number): number {
  return [...shares].reduce((sum, [word, share]) => sum + share * weightOf(word), 0);
}

/** How much of the question, by the rarity of its words, the title has. */
function titleShare(title: string, asked: ReadonlySet<string>, words: PassageWords): number {
  const inTitle = new Set(wordsOf(title));
  const rarity = (kept: Iterable<string>) => [...kept].reduce((sum, word) => sum + words.rarityOf(word), 0);
  const all = rarity(asked);
  return all === 0 ? 0 : rarity([...asked].filter((word) => inTitle.has(word))) / all;
}

function logOdds(score: number): number {
  const share = Math.min(Math.max(score, least), 1 - least);
  return Math.log(share / (1 - share));
}

function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
