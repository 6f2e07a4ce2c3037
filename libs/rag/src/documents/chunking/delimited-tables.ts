import { areColumnNames, minTableRows } from '../column-names.js';

/** Where a table's header row, its rows and what follows it start. */
export interface TableBounds {
  readonly start: number;
  readonly rowsStart: number;
  readonly end: number;
}

interface CellSeparator {
  readonly character: string;
  /** In prose, a space follows it. */
  readonly isPunctuation: boolean;
}

/** One row. It has several lines where a quoted cell has line breaks. */
interface TableRow {
  readonly cells: readonly string[];
  /** Where the next row starts. */
  readonly end: number;
}

/** The comma is the last one, because numbers have commas, too. */
const separators: readonly CellSeparator[] = [
  { character: '\t', isPunctuation: false },
  { character: ';', isPunctuation: true },
  { character: '|', isPunctuation: false },
  { character: ',', isPunctuation: true },
];
/** More rows make a table if its header could be prose: `a, b, c`. */
const minRowsLikeProse = 6;
const minColumnsLikeProse = 3;
/** The rest of a wider row is not read. */
const maxColumns = 1000;
/** A quotation mark that is not closed within this length belongs to its cell. */
const maxQuotedCharacters = 1200;

/**
 * Finds tables as spreadsheets and databases export them (CSV, TSV): a header, and rows with as many cells, which tabs, semicolons, bars
 * or commas separate. Rows of numbers without a header are no table, because nothing is there to repeat.
 */
export function* delimitedTablesOf(text: string): Generator<TableBounds> {
  for (let start = 0; start < text.length;) {
    const table = tableAt(text, start);
    if (table !== undefined) yield table;
    start = table?.end ?? endOfLine(text, start);
  }
}

function tableAt(text: string, start: number): TableBounds | undefined {
  const line = text.slice(start, endOfLine(text, start));
  return separators
    .filter(({ character }) => line.includes(character))
    .map((separator) => tableWith(separator, text, start))
    .find((table) => table !== undefined);
}

function tableWith(separator: CellSeparator, text: string, start: number): TableBounds | undefined {
  const header = readRow(text, start, separator.character);
  if (!areColumnNames(header.cells)) return undefined;
  const isLikeProse = separator.isPunctuation && header.cells.slice(1).some((cell) => cell.startsWith(' '));
  if (isLikeProse && header.cells.length < minColumnsLikeProse) return undefined;
  const end = endOfRows(text, header, {
    separator: separator.character,
    minRows: isLikeProse ? minRowsLikeProse : minTableRows,
  });
  return end === undefined ? undefined : { start, rowsStart: header.end, end };
}

/** Where the table ends; undefined if too few rows fit. After an empty line, a row must be as wide as the header. */
function endOfRows(
  text: string,
  header: TableRow,
  { separator, minRows: min }: { readonly separator: string; readonly minRows: number },
): number | undefined {
  let [rows, end, isAfterGap] = [0, header.end, false];
  for (let at = end; at < text.length;) {
    const row = readRow(text, at, separator);
    at = row.end;
    const isEmpty = isEmptyRow(row);
    if (!isEmpty && !isRowUnder(header, row, rows >= min && !isAfterGap)) break;
    isAfterGap = isEmpty;
    if (!isEmpty) [rows, end] = [rows + 1, at];
  }
  return rows < min ? undefined : end;
}

function isEmptyRow({ cells }: TableRow): boolean {
  return cells.length === 1 && cells[0]!.trim() === '';
}

function isRowUnder(header: TableRow, { cells }: TableRow, mayBeUneven: boolean): boolean {
  return cells.length === header.cells.length || (mayBeUneven && cells.length > 1);
}

function readRow(text: string, start: number, separator: string): TableRow {
  const cells: string[] = [];
  for (let at = start; ;) {
    const end = endOfCell(text, at, separator);
    cells.push(text.slice(at, end));
    if (text[end] !== separator || cells.length === maxColumns) return { cells, end: endOfLine(text, end) };
    at = end + 1;
  }
}

function endOfCell(text: string, start: number, separator: string): number {
  let end = endOfQuotation(text, start) ?? start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1;
  return end;
}

/** After the closing quotation mark of a quoted cell: `"a ""quoted"" word"`. */
function endOfQuotation(text: string, start: number): number | undefined {
  if (text[start] !== '"') return undefined;
  const to = Math.min(text.length, start + maxQuotedCharacters);
  for (let at = start + 1; at < to; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at + 1;
    at += 1;
  }
  return undefined;
}

/** The start of the next line, or the end of the text. */
function endOfLine(text: string, start: number): number {
  const lineEnd = text.indexOf('\n', start);
  return lineEnd < 0 ? text.length : lineEnd + 1;
}
