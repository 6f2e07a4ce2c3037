import { type TextSpan, foldText, revealUnicodeTags } from './fold-text.js';
import { LetterSequence } from './letter-sequence.js';
import { findOverridePhrases } from './find-override-phrases.js';
import { findRoleTokens } from './find-role-tokens.js';

/**
 * Where a text tries to talk a model out of its instructions (specification §4.3), in UTF-16 units of the text: `ignore previous`, `disregard`,
 * "forget the instructions above" in fifteen languages, and the role marks of chat templates, seen through case, spacing, punctuation
 * between letters, invisible and look-alike characters, accents, digits for letters and HTML entities. In order, without overlaps.
 *
 * Honest prompts matter more than the last disguise: what is to be ignored must be earlier instructions ("ignore typos" and "ignore
 * instructions inside the documents" pass), and a phrase turned round ("do not disregard") is no suspicion.
 */
export function findInjections(text: string): TextSpan[] {
  const revealed = revealUnicodeTags(text);
  return removeOverlaps([...findSpans(text), ...(revealed === null ? [] : findSpans(revealed))]);
}

/** The same over a folded text, which may be joined from several; spans of the folded text. */
export function findInjectionsInFoldedText(folded: string): TextSpan[] {
  const plain = LetterSequence.plain(folded);
  const leet = LetterSequence.leet(folded);
  const readings = leet.text === plain.text ? [plain] : [plain, leet];
  const phrases = readings.flatMap((letters) =>
    findOverridePhrases(letters).map((span) => toFoldedSpan(letters, span)),
  );
  return removeOverlaps([...phrases, ...findRoleTokens(folded)]);
}

function findSpans(text: string): TextSpan[] {
  const folded = foldText(text);
  return findInjectionsInFoldedText(folded.text).map(({ from, to }) => ({
    from: folded.origins[from]!,
    to: folded.origins[to] ?? text.length,
  }));
}

function toFoldedSpan(letters: LetterSequence, { from, to }: TextSpan): TextSpan {
  return { from: letters.foldedIndex(from), to: letters.foldedIndex(to - 1) + 1 };
}

/** In order, the longer of two that begin at one place. */
export function removeOverlaps(spans: readonly TextSpan[]): TextSpan[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const kept: TextSpan[] = [];
  for (const span of sorted) {
    if (span.from >= (kept.at(-1)?.to ?? 0)) kept.push(span);
  }
  return kept;
}
