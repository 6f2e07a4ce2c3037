import type { TrialAnswer } from '../trial/configuration-trial.js';

/** A question that a tenant keeps, with what its answer must contain. */
export interface GoldenQuestion {
  readonly id: string;
  readonly question: string;
  /** Ids of documents that must be among the sources. */
  readonly expect_sources: readonly string[];
  /** Phrases that the answer must contain. Case and spacing do not matter. */
  readonly expect_phrases: readonly string[];
}

export type NewGoldenQuestion = Omit<GoldenQuestion, 'id'>;

/** What an answer lacks. */
export interface MissingExpectations {
  readonly missing_sources: readonly string[];
  readonly missing_phrases: readonly string[];
}

/** The expectations that an answer does not meet: documents that are not among its sources, phrases that it does not contain. */
export function findMissingExpectations(
  { answer, sources }: Pick<TrialAnswer, 'answer' | 'sources'>,
  { expect_sources, expect_phrases }: Pick<GoldenQuestion, 'expect_sources' | 'expect_phrases'>,
): MissingExpectations {
  const sourceIds = new Set(sources.map(({ doc_id }) => doc_id));
  const normalizedAnswer = normalizeText(answer);
  return {
    missing_sources: expect_sources.filter((id) => !sourceIds.has(id)),
    missing_phrases: expect_phrases.filter((phrase) => !normalizedAnswer.includes(normalizeText(phrase))),
  };
}

/**
 * Removes differences that do not matter in a phrase: case, compatibility forms of characters (NFKC), line breaks and repeated spaces.
 * Upper case distinguishes fewer letters than lower case: ß becomes SS, and both Greek sigmas become one.
 */
function normalizeText(text: string): string {
  return text.normalize('NFKC').toUpperCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
}
