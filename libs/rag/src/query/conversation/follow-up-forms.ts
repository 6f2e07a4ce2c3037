import type { ConversationTurn } from '../../llm/generation.js';

/** How many earlier questions make a follow-up question searchable. */
const maxEarlierQuestions = 2;
/** Characters of an earlier question: what it is about is at its beginning. */
const maxEarlierCharacters = 500;

/**
 * Further forms of a question that follows others: with the user's question before it, then with the two before it. A chunk's score is the
 * mean of its scores for the question and these forms (docs/adr/0033). Empty without an earlier question.
 *
 * ```ts
 * followUpForms('And in March?', [{ role: 'user', content: 'When is the rent due?' }]); // ['When is the rent due?\nAnd in March?']
 * ```
 */
export function followUpForms(question: string, history: readonly ConversationTurn[] = []): string[] {
  const earlier = history
    .filter(({ role }) => role === 'user')
    .slice(-maxEarlierQuestions)
    .map(({ content }) => content.slice(0, maxEarlierCharacters).toWellFormed());
  return earlier.map((_, at) => [...earlier.slice(earlier.length - at - 1), question].join('\n'));
}
