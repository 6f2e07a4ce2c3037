import type { PDFPageProxy } from 'unpdf/pdfjs';

/** A piece of text, or a mark in the structure of the page. */
export type TextContentItem = Awaited<ReturnType<PDFPageProxy['getTextContent']>>['items'][number];
type TextItem = Extract<TextContentItem, { str: string }>;

/** Text that is drawn again this close to its place, in parts of its height, only looks bold or shaded. */
const maxShadowDistance = 0.2;
/** A line of Chinese or Japanese that is nearly as long as the longest one goes on in the next line, in the middle of a word. */
const fullLineShare = 0.9;
const minFullLineCharacters = 15;
const eastAsianEnd = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー、，]$/u;
const eastAsianStart = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー]/u;

/** Browsers write Arabic letters as they are drawn: at the start, in the middle or at the end of a word. */
const arabicForms = /[\uFB50-\uFDFF\uFE70-\uFEFC]+/g;

/** The text of a page line by line, in the order in which it is read. */
export function pageText(items: readonly TextContentItem[]): string {
  const lines = linesOf(items.filter((item): item is TextItem => 'str' in item));
  return joinEastAsianLines(
    lines.map((line) =>
      toReadingOrder(line)
        .map(({ str }) => str)
        .join('')
        .replace(arabicForms, (forms) => forms.normalize('NFKC')),
    ),
  );
}

function linesOf(items: readonly TextItem[]): TextItem[][] {
  const lines: TextItem[][] = [[]];
  let last: TextItem | undefined;
  for (const item of items) {
    if (last === undefined || !isShadowOf(item, last)) lines.at(-1)!.push(item);
    if (item.str.trim() !== '') last = item;
    if (item.hasEOL) lines.push([]);
  }
  return lines;
}

function isShadowOf(item: TextItem, drawn: TextItem): boolean {
  const maxDistance = drawn.height * maxShadowDistance;
  const isNear = [4, 5].every((at) => Math.abs(item.transform[at] - drawn.transform[at]) <= maxDistance);
  return isNear && item.str === drawn.str;
}

/** Many programs write Hebrew and Arabic from left to right, as it is drawn. Each item is already in reading order. */
function toReadingOrder(line: readonly TextItem[]): readonly TextItem[] {
  const rightToLeft = line.filter(({ dir }) => dir === 'rtl');
  const [first, last] = [rightToLeft[0], rightToLeft.at(-1)];
  if (first === undefined || last === undefined || first.transform[4] >= last.transform[4]) return line;
  const isMainDirection = lengthOf(rightToLeft) * 2 > lengthOf(line);
  return isMainDirection ? reverseRuns(line.toReversed(), 'ltr') : reverseRuns(line, 'rtl');
}

function lengthOf(items: readonly TextItem[]): number {
  return items.reduce((sum, { str }) => sum + str.trim().length, 0);
}

/** Reverses each run of items of one direction, with the spaces inside the run. */
function reverseRuns(items: readonly TextItem[], direction: string): TextItem[] {
  const ordered: TextItem[] = [];
  let run: TextItem[] = [];
  const endRun = (): void => {
    const end = run.findLastIndex(({ str }) => str.trim() !== '') + 1;
    ordered.push(...run.slice(0, end).toReversed(), ...run.slice(end));
    run = [];
  };
  for (const item of items) {
    const isBlank = item.str.trim() === '';
    if (isBlank ? run.length === 0 : item.dir !== direction) {
      endRun();
      ordered.push(item);
    } else run.push(item);
  }
  endRun();
  return ordered;
}

function joinEastAsianLines(lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.filter((line) => eastAsianEnd.test(line)).map(({ length }) => length));
  const fullLine = Math.max(minFullLineCharacters, longest * fullLineShare);
  return lines.reduce((text, line, at) => {
    const before = lines[at - 1]!;
    const isBroken = before.length >= fullLine && eastAsianEnd.test(before) && eastAsianStart.test(line);
    return `${text}${isBroken ? '' : '\n'}${line}`;
  });
}
