import { type Span, fold, withTagsShown } from './folding.js';
import { Letters } from './letters.js';
import { findPhrases } from './phrases.js';
import { findTokens } from './tokens.js';

/**
 * Where a text tries to talk a model out of its instructions (SPEC §4.3), in UTF-16 units of the text: `ignore previous`, `disregard`,
 * "forget the instructions above" in fifteen languages, and the role marks of chat templates, seen through case, spacing, punctuation
 * between letters, invisible and look-alike characters, accents, digits for letters and HTML entities. In order, without overlaps.
 *
 * Honest prompts matter more than the last disguise: what is to be ignored must be earlier instructions ("ignore typos" and "ignore
 * instructions inside the documents" pass), and a phrase turned round ("do not disregard") is no suspicion.
 */
export function findSuspicious(text: string): Span[] {
  const shown = withTagsShown(text);
  return withoutOverlaps([...spansOf(text), ...(shown === null ? [] : spansOf(shown))]);
}

/** The same over a folded text, which may be joined from several; spans of the folded text. */
export function findInFolded(folded: string): Span[] {
  const plain = Letters.plain(folded);
  const leet = Letters.leet(folded);
  const readings = leet.text === plain.text ? [plain] : [plain, leet];
  const phrases = readings.flatMap((letters) =>
    findPhrases(letters).map((span) => foldedSpan(letters, span)),
  );
  return withoutOverlaps([...phrases, ...findTokens(folded)]);
}

function spansOf(text: string): Span[] {
  const folded = fold(text);
  return findInFolded(folded.text).map(({ from, to }) => ({
    from: folded.origins[from]!,
    to: folded.origins[to] ?? text.length,
  }));
}

function foldedSpan(letters: Letters, { from, to }: Span): Span {
  return { from: letters.foldedIndex(from), to: letters.foldedIndex(to - 1) + 1 };
}

/** In order, the longer of two that begin at one place. */
export function withoutOverlaps(spans: readonly Span[]): Span[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const kept: Span[] = [];
  for (const span of sorted) {
    if (span.from >= (kept.at(-1)?.to ?? 0)) kept.push(span);
  }
  return kept;
}
