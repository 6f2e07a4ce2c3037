import {
  type TableCell,
  type TableRow,
  countHeaderRows,
  hasBoldHeader,
  isGroupTitle,
} from './table-header.js';

/** A longer text is not repeated in each column and row that its cell spans. */
const maxRepeatedCharacters = 100;
const maxSpan = 100;
/** In a wider table, a cell covers one column. */
const maxSpannedColumns = 1000;

/** Collects the rows of an HTML table and writes it as a Markdown table. */
export class HtmlTable {
  private readonly rows: TableRow[] = [];
  private caption = '';
  private hasNestedTable = false;
  private readonly isPresentation: boolean;

  constructor({ role }: Readonly<Record<string, string>>) {
    this.isPresentation = role === 'presentation' || role === 'none';
  }

  addCaption(text: string): void {
    this.caption = toLine(text);
  }

  addRow(isInHead: boolean): void {
    this.rows.push({ isInHead, cells: [] });
  }

  addNestedTable(): void {
    this.hasNestedTable = true;
  }

  addCell(
    text: string,
    style: Pick<TableCell, 'isHeader' | 'isBold'>,
    { colspan, rowspan }: Readonly<Record<string, string>>,
  ): void {
    if (this.rows.length === 0) this.addRow(false);
    this.rows.at(-1)!.cells.push({
      text,
      ...style,
      columns: toSpan(colspan),
      rows: rowspan?.trim() === '0' ? maxSpan : toSpan(rowspan),
    });
  }

  toText(): string {
    const rows = this.rows.filter(({ cells }) => cells.length > 0);
    return this.isLayout(rows) ? this.toBlocks(rows) : this.toMarkdown(rows);
  }

  /** Tables that only arrange a page: their cells are read one after the other. */
  private isLayout(rows: readonly TableRow[]): boolean {
    const cells = rows.flatMap((row) => row.cells);
    const hasHeader = cells.some((cell) => cell.isHeader) || hasBoldHeader(rows);
    const hasBlocks = cells.some(({ text }) => /\n\n|^#{1,6} /m.test(text));
    const isOneColumn = rows.every((row) => row.cells.length === 1 && row.cells[0]!.columns === 1);
    return this.isPresentation || this.hasNestedTable || isOneColumn || (!hasHeader && hasBlocks);
  }

  private toBlocks(rows: readonly TableRow[]): string {
    const texts = rows.flatMap(({ cells }) => cells.map(({ text }) => text));
    return [this.caption, ...texts].filter((text) => text !== '').join('\n\n');
  }

  private toMarkdown(rows: readonly TableRow[]): string {
    const grid = toGrid(rows);
    const width = Math.max(...grid.map((texts) => texts.length));
    const headerRows = countHeaderRows(rows, grid);
    const header = Array.from({ length: width }, (_, column) => headerOf(grid.slice(0, headerRows), column));
    const lines = [header, header.map(() => '---'), ...grid.slice(headerRows)].map((texts) =>
      toRow(texts, width),
    );
    return [this.caption, ...lines].filter((line) => line !== '').join('\n');
  }
}

function toSpan(attribute = '1'): number {
  const span = Number.parseInt(attribute, 10);
  return Number.isNaN(span) ? 1 : Math.min(Math.max(span, 1), maxSpan);
}

/** The text of every cell in every column and row that it covers. */
function toGrid(rows: readonly TableRow[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  for (const [at, { cells }] of rows.entries()) {
    let column = 0;
    for (const cell of cells) {
      while (grid[at]![column] !== undefined) column += 1;
      const columns = column < maxSpannedColumns ? cell.columns : 1;
      const isTitle = isGroupTitle(rows[at]!) && (!cell.isHeader || at > 0);
      const text = isTitle ? '' : cell.text;
      fillCell(grid.slice(at, at + cell.rows), column, { ...cell, text, columns });
      grid[at]![column] = toCellText(cell.text);
      column += columns;
    }
  }
  return grid;
}

function fillCell(rows: string[][], column: number, { text, columns }: TableCell): void {
  const cellText = toCellText(text);
  const repeated = cellText.length > maxRepeatedCharacters ? '' : cellText;
  for (const row of rows)
    for (let offset = 0; offset < columns; offset += 1) row[column + offset] ??= repeated;
}

/** The different texts above a column: `2026 First quarter`. */
function headerOf(rows: readonly string[][], column: number): string {
  return [...new Set(rows.map((texts) => texts[column] ?? ''))].join(' ').trim();
}

function toRow(texts: readonly string[], width: number): string {
  return `| ${Array.from({ length: width }, (_, column) => texts[column] ?? '').join(' | ')} |`;
}

function toCellText(text: string): string {
  return toLine(text).replaceAll('|', '\\|');
}

/** A cell and a caption are one line, and have no headings of their own. */
function toLine(text: string): string {
  return text
    .replace(/^#{1,6} /gm, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
