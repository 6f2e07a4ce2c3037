/** A word that is divided at the end of a line or a page: its parts, and the character that divides it. */
const dividedWord =
  /(?<![\p{L}\p{M}\p{N}])([\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’\-\u2010]{0,60})([-\u2010\u00AD]) {0,3}\n\n?([\p{L}\p{N}][\p{L}\p{M}\p{N}]*)/gu;
const wholeWord = /[\p{L}\p{M}\p{N}]+(?:[-\u2010'’][\p{L}\p{M}\p{N}]+)*/gu;
const softHyphen = '\u00AD';

/** English words before which or after which a hyphen is nearly always part of a compound: `non-refundable`, `cloud-based`. */
const sureStarts = toSet('non self well');
const sureEnds = toSet('based related friendly facing specific driven owned known free like making feira');
/** Words that also begin or end other words (`state-ment`, `yester-day`), so both must fit: `long-term`, `state-funded`. */
const possibleStarts = toSet(
  'ill all cross half full part high low long short mid real third first second one two three four five six seven eight nine ten ' +
    'year month week day hour end state built set check sign log start face hand follow so left right open user cost tax risk time ' +
    'twenty thirty forty fifty sixty seventy eighty ninety peut celui celle ceux celles rendez dix vingt trente guarda',
);
const possibleEnds = toSet(
  'term time day year week month hour old size scale party hand class rate level quality range line end up in on off down out to ' +
    'through over date site page side way part person wide grade tech risk speed cost income border called funded run paid ' +
    'one two three four five six seven eight nine first second third defined lasting être ci là vous sept huit neuf chuva roupa',
);
/** The middle of a compound, as in `up-to-date`, if another hyphen follows. */
const middles = toSet('of in to the and on by at a en de du la le au');
const address = /:\/\/|www\.|@|\w\/\w/;
const maxAddressCharacters = 200;
/** After a hyphen these begin a new word: `Miet- und Nebenkosten`, `short- and long-term`. */
const conjunctions = toSet('and or und oder bzw sowie et ou');

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/**
 * Joins words that were divided at the end of a line, and keeps hyphens that belong to a word, a number or an address. If the same text
 * has the word in one of the two ways elsewhere, that decides; else lists of compounds do.
 */
export function mendLineEnds(text: string): string {
  const words = new Set(Array.from(text.matchAll(wholeWord), ([word]) => word.toLowerCase()));
  return text.replace(dividedWord, (match: string, start: string, ...rest: unknown[]) => {
    const [mark, end, at] = rest as [string, string, number];
    if (mark === softHyphen) return start + end;
    if (conjunctions.has(end)) return `${start}- ${end}`;
    if (isPageNumber(start, end) && !words.has(`${start}-${end}`.toLowerCase())) return match;
    const after = text.slice(at + match.length, at + match.length + maxAddressCharacters);
    const isWhole = isInAddress(text.slice(Math.max(0, at - maxAddressCharacters), at), start + end + after);
    return isWhole || keepsHyphen(start, end, { words, after }) ? `${start}-${end}` : start + end;
  });
}

/** `WX-4711` has a number of its own; after `termi-`, a number is one of the page. */
function isPageNumber(start: string, end: string): boolean {
  return /^\p{N}+$/u.test(end) && !/[\p{Lu}\p{N}]/u.test(start);
}

function isInAddress(before: string, after: string): boolean {
  return address.test(before.slice(before.search(/\S*$/)) + after.split(/\s/, 1)[0]!);
}

function keepsHyphen(
  start: string,
  end: string,
  { words, after }: { readonly words: ReadonlySet<string>; readonly after: string },
): boolean {
  const [first, last] = [start.toLowerCase(), end.toLowerCase()];
  if (words.has(`${first}-${last}`)) return true;
  if (words.has(first + last)) return false;
  if (isCompound(start, end) || (after.startsWith('-') && middles.has(last))) return true;
  return isListedCompound(first, last);
}

function isListedCompound(first: string, last: string): boolean {
  if (sureStarts.has(first) || sureEnds.has(last)) return true;
  return possibleStarts.has(first) && possibleEnds.has(last);
}

/**
 * A hyphen or a number, as in `state-of-the-art` and `WX-4711`, shows a compound; so do initials, one letter, as in `e-mail`, and a
 * capital letter, as in `Kfz-Steuer`. A heading in capital letters shows nothing.
 */
function isCompound(start: string, end: string): boolean {
  if (/[-\u2010\p{N}]/u.test(start + end) || /^.$/u.test(start)) return true;
  if (/^\p{Lu}{2,}$/u.test(end) && /^\p{Lu}{2,}$/u.test(start)) return !/[AEIOUY]/.test(start);
  return /^\p{Lu}{1,4}$/u.test(start) || /^\p{Lu}/u.test(end);
}
