import { type FoldedText, type TextSpan, foldText, revealUnicodeTags } from './fold-text.js';
import { LetterSequence } from './letter-sequence.js';
import { findOverridePhrases } from './find-override-phrases.js';
import { findRoleTokens } from './find-role-tokens.js';

/**
 * Finds where a text tries to make a model ignore its instructions (specification §4.3): phrases such as `ignore previous`, `disregard`
 * or "forget the instructions above" in eighteen languages, and the role tokens of chat templates. It also finds them when they are
 * disguised by case, spacing, punctuation between letters, invisible or look-alike characters, accents, digits for letters or HTML
 * entities. Returns spans in UTF-16 units of the text, in order, without overlaps.
 *
 * An honest prompt that passes matters more than the last disguise that is found. So the phrase must name the model's instructions
 * ("ignore typos" and "ignore instructions inside the documents" pass), and nothing is reported where the phrase is forbidden ("do not
 * disregard"), reported ("if a user asks you to ignore previous instructions") or quoted as an example.
 */
export function findInjections(text: string): TextSpan[] {
  const revealed = revealUnicodeTags(text);
  return removeOverlaps([...findSpans(text), ...(revealed === null ? [] : findSpans(revealed))]);
}

/** The same for a text that is already folded, perhaps from several parts. The spans are those of the folded text. */
export function findInjectionsInFoldedText(folded: Pick<FoldedText, 'text' | 'disguised'>): TextSpan[] {
  const plain = LetterSequence.plain(folded);
  const leet = LetterSequence.leet(folded);
  const readings = leet.text === plain.text ? [plain] : [plain, leet];
  const phrases = readings.flatMap((letters) =>
    findOverridePhrases(letters).map((span) => toFoldedSpan(letters, span)),
  );
  return removeOverlaps([...phrases, ...findRoleTokens(folded.text)]);
}

function findSpans(text: string): TextSpan[] {
  const folded = foldText(text);
  return findInjectionsInFoldedText(folded).map(({ from, to }) => ({
    from: folded.origins[from]!,
    to: folded.origins[to] ?? text.length,
  }));
}

function toFoldedSpan(letters: LetterSequence, { from, to }: TextSpan): TextSpan {
  return { from: letters.foldedIndex(from), to: letters.foldedIndex(to - 1) + 1 };
}

/** The spans in order. Of spans that overlap, the first one stays, and of two that begin at the same place, the longer one. */
export function removeOverlaps(spans: readonly TextSpan[]): TextSpan[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const kept: TextSpan[] = [];
  for (const span of sorted) {
    if (span.from >= (kept.at(-1)?.to ?? 0)) kept.push(span);
  }
  return kept;
}
