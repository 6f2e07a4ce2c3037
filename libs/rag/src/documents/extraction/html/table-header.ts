import { areColumnNames, minTableRows } from '../../column-names.js';

export interface TableCell {
  readonly text: string;
  /** Of an element `<th>`. */
  readonly isHeader: boolean;
  /** All of its text is bold. */
  readonly isBold: boolean;
  readonly columns: number;
  readonly rows: number;
}

export interface TableRow {
  readonly isInHead: boolean;
  readonly cells: TableCell[];
}

const maxNameCharacters = 100;
const startsWithNumber = /^[^\p{L}]*\p{Nd}/u;

/**
 * How many rows at the top are the header: those that the elements name as such, or else one of plain cells, with a title above it.
 *
 * @param grid The texts of the rows, a cell in each column that it covers.
 */
export function countHeaderRows(rows: readonly TableRow[], grid: readonly string[][]): number {
  const firstDataRow = rows.findIndex((row, at) => !isHeaderRow(row) || (at > 0 && isGroupTitle(row)));
  if (firstDataRow < 0) return Math.min(1, rows.length);
  const titles = countTitleRows(rows);
  const hasPlainHeader = hasBoldHeader(rows) || isNamedColumns(grid.slice(titles));
  return firstDataRow === 0 && hasPlainHeader ? titles + 1 : firstDataRow;
}

/** The first row is bold, and most rows below it are not. */
export function hasBoldHeader(rows: readonly TableRow[]): boolean {
  const [header, ...below] = rows.slice(countTitleRows(rows));
  if (header === undefined || below.length < minTableRows || !isBoldRow(header)) return false;
  return below.filter(isBoldRow).length * 2 < below.length;
}

/** A row with a single wide cell, such as "Drinks" above some rows of a price list. */
export function isGroupTitle({ isInHead, cells }: TableRow): boolean {
  return !isInHead && cells.length === 1 && cells[0]!.columns > 1;
}

function isHeaderRow({ isInHead, cells }: TableRow): boolean {
  return isInHead || cells.every((cell) => cell.isHeader);
}

function countTitleRows([first]: readonly TableRow[]): number {
  return first !== undefined && isGroupTitle(first) ? 1 : 0;
}

function isBoldRow({ cells }: TableRow): boolean {
  const written = cells.filter(({ text }) => text !== '');
  return (
    written.length > 0 && written.every(({ text, isBold }) => isBold && text.length <= maxNameCharacters)
  );
}

/** In two columns, each row may be a name and its value, unless the values are numbers and the first of them is none. */
function isNamedColumns([header = [], ...below]: readonly string[][]): boolean {
  if (below.length < minTableRows || !areColumnNames(header)) return false;
  const numbers = below.filter(([, value = '']) => startsWithNumber.test(value));
  const isAboveNumbers = !startsWithNumber.test(header[1] ?? '') && numbers.length * 2 > below.length;
  return header.length > 2 || isAboveNumbers;
}
