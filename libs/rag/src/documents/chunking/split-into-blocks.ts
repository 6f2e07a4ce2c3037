import { type TableBounds, delimitedTablesOf } from './delimited-tables.js';
import { linesOf } from './split-into-sections.js';

/** Running text, or a table: of Markdown, or with cells that commas, tabs or the like separate. */
export type Block =
  | { readonly kind: 'prose'; readonly text: string }
  | {
      readonly kind: 'table';
      /** Caption, header row and, in Markdown, separator row: every part of the table needs them. */
      readonly header: string;
      readonly rows: string;
    };

/** The separator row under a table's header: `| --- | :-: |`, or `--- | ---`. */
const separatorRow = /^ {0,3}(?:\|[ \t]*:?-[-:| \t]*|:?-[-: \t]*\|[-:| \t]*)$/;
const maxCaptionCharacters = 200;

/** Splits a section into its tables and the text between them. The blocks joined are the text. */
export function* splitIntoBlocks(text: string): Generator<Block> {
  let written = 0;
  for (const table of tablesOf(text)) {
    const start = startOfCaption(text.slice(written, table.start)) + written;
    if (start > written) yield { kind: 'prose', text: text.slice(written, start) };
    yield {
      kind: 'table',
      header: text.slice(start, table.rowsStart),
      rows: text.slice(table.rowsStart, table.end),
    };
    written = table.end;
  }
  if (written < text.length) yield { kind: 'prose', text: text.slice(written) };
}

/** The tables of Markdown, and between them those with other separators. */
function* tablesOf(text: string): Generator<TableBounds> {
  let from = 0;
  for (const table of markdownTablesOf(text)) {
    yield* delimitedTablesWithin(text, from, table.start);
    yield table;
    from = table.end;
  }
  yield* delimitedTablesWithin(text, from, text.length);
}

function* delimitedTablesWithin(text: string, from: number, to: number): Generator<TableBounds> {
  for (const { start, rowsStart, end } of delimitedTablesOf(text.slice(from, to)))
    yield { start: from + start, rowsStart: from + rowsStart, end: from + end };
}

function* markdownTablesOf(text: string): Generator<TableBounds> {
  let headerStart: number | null = null;
  let bounds: Omit<TableBounds, 'end'> | null = null;
  for (const { line, start, end } of linesOf(text)) {
    if (bounds === null && headerStart !== null && separatorRow.test(line))
      bounds = { start: headerStart, rowsStart: Math.min(end + 1, text.length) };
    if (line.includes('|')) {
      headerStart = start;
      continue;
    }
    if (bounds !== null) yield { ...bounds, end: start };
    [headerStart, bounds] = [null, null];
  }
  if (bounds !== null) yield { ...bounds, end: text.length };
}

/** A short line directly above a table, with an empty line or nothing above it, is the caption. Else the table starts at its header. */
function startOfCaption(before: string): number {
  const lineStart = before.lastIndexOf('\n', before.length - 2) + 1;
  const line = before.slice(lineStart).trim();
  const above = before.slice(Math.max(0, lineStart - 100), lineStart);
  const isAlone = above === '' || /(?:^|\n)[ \t]*\n$/.test(above);
  return line !== '' && line.length <= maxCaptionCharacters && isAlone ? lineStart : before.length;
}
