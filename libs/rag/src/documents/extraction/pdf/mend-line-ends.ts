/** A word that is divided at the end of a line: its parts, and the character that divides it. */
const dividedWord =
  /(?<![\p{L}\p{M}\p{N}])([\p{L}\p{M}][\p{L}\p{M}\p{N}'’\-\u2010]{0,60})([-\u2010\u00AD])\n(\p{Ll}[\p{L}\p{M}]*)/gu;
const wholeWord = /[\p{L}\p{M}\p{N}]+(?:[-\u2010'’][\p{L}\p{M}\p{N}]+)*/gu;
const softHyphen = '\u00AD';

/** English words before which or after which a hyphen is nearly always part of a compound: `non-refundable`, `cloud-based`. */
const sureStarts = toSet('non self well');
const sureEnds = toSet('based related friendly facing specific driven owned known free like');
/** Words that also begin or end other words (`state-ment`, `yester-day`), so both must fit: `long-term`, `state-funded`. */
const possibleStarts = toSet(
  'ill all cross half full part high low long short mid real third first second one two three four five six seven eight nine ten ' +
    'year month week day hour end state built set check sign log start face hand follow so left right open user cost tax risk time',
);
const possibleEnds = toSet(
  'term time day year week month hour old size scale party hand class rate level quality range line end up in on off down out to ' +
    'through over date site page side way part person wide grade tech risk speed cost income border called funded run paid',
);
/** After a hyphen these begin a new word: `Miet- und Nebenkosten`, `short- and long-term`. */
const conjunctions = toSet('and or und oder bzw sowie et ou');

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/**
 * Joins words that were divided at the end of a line, and keeps hyphens that belong to a word. If the same text has the word in one of
 * the two ways elsewhere, that decides; else lists of English compounds do.
 */
export function mendLineEnds(text: string): string {
  const words = new Set(Array.from(text.matchAll(wholeWord), ([word]) => word.toLowerCase()));
  return text.replace(dividedWord, (_match, start: string, mark: string, end: string) => {
    if (mark === softHyphen) return start + end;
    if (conjunctions.has(end)) return `${start}- ${end}`;
    return keepsHyphen(start, end, words) ? `${start}-${end}` : start + end;
  });
}

function keepsHyphen(start: string, end: string, words: ReadonlySet<string>): boolean {
  const [first, last] = [start.toLowerCase(), end.toLowerCase()];
  if (words.has(`${first}-${last}`)) return true;
  if (words.has(first + last)) return false;
  // A hyphen or a number in the first part, as in `state-of-the-art`, shows a compound; so do initials and one letter, as in `e-mail`.
  if (/[-\u2010\p{N}]|^\p{Lu}{1,4}$|^.$/u.test(start)) return true;
  if (sureStarts.has(first) || sureEnds.has(last)) return true;
  return possibleStarts.has(first) && possibleEnds.has(last);
}
