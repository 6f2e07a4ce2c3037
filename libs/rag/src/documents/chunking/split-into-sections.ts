/** The text between two headings of a document, with all headings above it, outermost first. */
export interface Section {
  readonly headings: readonly string[];
  /** Without the line of the heading. */
  readonly body: string;
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

/** The beginning of an ATX heading of CommonMark. */
const headingStart = /^ {0,3}(#{1,6})[ \t]+(?=\S)/;
/** A longer line is prose that begins with a hash by chance. */
const maxHeadingCharacters = 199;
const fenceLine = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Splits at Markdown headings (`#` to `######`) outside of fenced code; a text without headings is one section. A heading with only
 * deeper headings under it is no section of its own, because it is part of theirs. Expects `\n` as line break.
 */
export function* splitIntoSections(text: string): Generator<Section> {
  let path: readonly Heading[] = [];
  let bodyStart = 0;
  for (const { heading, start, end } of headingsOf(text)) {
    const body = text.slice(bodyStart, Math.max(bodyStart, start - 1));
    const isDeeper = path.length === 0 || heading.level > path.at(-1)!.level;
    if (!isDeeper || body.trim() !== '') yield toSection(path, body);
    path = [...path.filter(({ level }) => level < heading.level), heading];
    bodyStart = Math.min(end + 1, text.length);
  }
  const rest = text.slice(bodyStart);
  if (path.length > 0 || rest.trim() !== '') yield toSection(path, rest);
}

function toSection(path: readonly Heading[], body: string): Section {
  return { headings: path.map(({ title }) => title), body };
}

/** The headings with the bounds of their lines. */
function* headingsOf(text: string): Generator<{ heading: Heading; start: number; end: number }> {
  let fence: string | null = null;
  for (const { line, start, end } of linesOf(text)) {
    fence = openFenceAfter(line, fence);
    const heading = fence === null ? parseHeading(line) : null;
    if (heading) yield { heading, start, end };
  }
}

/** The lines of a text without their line breaks. */
export function* linesOf(text: string): Generator<{ line: string; start: number; end: number }> {
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd < 0 ? text.length : lineEnd;
    yield { line: text.slice(start, end), start, end };
    start = end + 1;
  }
}

function parseHeading(line: string): Heading | null {
  const [start, marks] = headingStart.exec(line) ?? [];
  if (start === undefined || marks === undefined) return null;
  const title = removeClosingMarks(line.slice(start.length).trimEnd());
  return title.length > maxHeadingCharacters ? null : { level: marks.length, title };
}

/** `Refunds ##` is the title `Refunds`. */
function removeClosingMarks(title: string): string {
  let end = title.length;
  while (title[end - 1] === '#') end -= 1;
  const isClosed = end < title.length && /[ \t]/.test(title[end - 1] ?? '');
  return isClosed ? title.slice(0, end).trimEnd() : title;
}

/** The code fence that is open after this line. Only a line with at least as many of the same marks closes it. */
function openFenceAfter(line: string, open: string | null): string | null {
  const marks = fenceLine.exec(line)?.[1];
  if (marks === undefined) return open;
  if (open === null) return marks;
  return marks.startsWith(open) ? null : open;
}
