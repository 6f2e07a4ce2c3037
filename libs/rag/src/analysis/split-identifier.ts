import { numberForms } from './numbers.js';

/** What a run of letters, digits and marks between them is found by. */
export interface RunParts {
  /** Words of a language: folded and stemmed before they are stored. In the case of the text. */
  readonly words: string[];
  /** Identifiers and numbers: found as they are. */
  readonly exact: string[];
}

/** `and/or`, `billing@example.com`, `C:\\files`, `Map<String>`, `AT&T`. */
const outerMarks = /[/\\@:&<>+#=~]+/u;
const hyphens = /[-‐‑_·]+/u;
const apostrophe = /['’]/u;
const dots = /[.,]+/u;
const hasDigit = /\p{N}/u;
/** Endings of English after an apostrophe. */
const enclitics: ReadonlySet<string> = new Set(['s', 't', 'd', 'm', 'll', 're', 've']);
/** The bounds inside `getUserName` and `HTMLParser`. */
const caseBound = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const digitsOrLetters = /\p{N}+|[^\p{N}]+/gu;
/** A number inside an identifier is found from this length: 4711 of WX4711. */
const minInnerDigits = 3;
/** Longer ones are not typed by hand. */
const maxWholeLength = 100;

/** Splits at the outermost marks first, so that `/etc/nginx/nginx.conf` is also found by `nginx.conf`. */
export function splitIdentifier(run: string): RunParts {
  const parts: RunParts = { words: [], exact: [] };
  const pieces = run.split(outerMarks).filter((piece) => piece !== '');
  // C++ and C#; .NET.
  if (pieces.length > 1 || /^\.|[+#]$/u.test(run)) addWhole(run, parts);
  for (const piece of pieces) splitAtHyphens(piece, pieces.length > 1, parts);
  return parts;
}

function splitAtHyphens(text: string, isInner: boolean, parts: RunParts): void {
  const pieces = text.split(hyphens).filter((piece) => piece !== '');
  if (pieces.length < 2) return splitAtDots(pieces[0] ?? '', isInner, parts);
  // Without its hyphens, since readers disagree about them: e-mail and email, WX-4711 and WX4711.
  const joined = pieces.join('');
  if (hasDigit.test(joined)) addWhole(joined, parts);
  else parts.words.push(joined);
  for (const piece of pieces) splitAtDots(piece, true, parts);
}

function splitAtDots(text: string, isInner: boolean, parts: RunParts): void {
  const numbers = numberForms(text);
  if (numbers) return void parts.exact.push(...numbers);
  const pieces = text.split(dots).filter((piece) => piece !== '');
  if (pieces.length < 2) return splitAtApostrophe(pieces[0] ?? '', isInner, parts);
  addWhole(text, parts);
  if (/^[vV]\d/u.test(text)) addWhole(text.slice(1), parts);
  for (const piece of pieces) splitAtApostrophe(piece, true, parts);
}

/** Of `company's` the word counts, of `l'avion` both, of `O'Brien` also the whole. */
function splitAtApostrophe(text: string, isInner: boolean, parts: RunParts): void {
  const pieces = text.split(apostrophe);
  if (pieces.length < 2) return splitWord(text, isInner, parts);
  const last = pieces.at(-1)!.toLowerCase();
  const kept = enclitics.has(last) ? pieces.slice(0, -1) : pieces;
  if (kept.length > 1) parts.words.push(kept.join(''));
  for (const piece of kept) splitWord(piece, kept.length > 1, parts);
}

/** A single character that is only part of a whole finds nothing. */
function splitWord(text: string, isInner: boolean, parts: RunParts): void {
  if (text === '' || (isInner && [...text].length === 1)) return;
  if (hasDigit.test(text)) return splitDigits(text, parts);
  const pieces = text.split(caseBound);
  parts.words.push(text);
  if (pieces.length === 1) return;
  for (const piece of pieces) if (piece.length > 1) parts.words.push(piece);
}

function splitDigits(text: string, parts: RunParts): void {
  addWhole(text, parts);
  const pieces = text.match(digitsOrLetters) ?? [];
  if (pieces.length < 2) return;
  for (const piece of pieces) {
    if (!hasDigit.test(piece) && piece.length > 1) parts.words.push(piece);
    else if (hasDigit.test(piece) && piece.length >= minInnerDigits) parts.exact.push(piece);
  }
}

function addWhole(text: string, { exact }: RunParts): void {
  if (text.length <= maxWholeLength) exact.push(text);
}
