import type { OutcomePart } from '../targets/outcomes.js';

/** More squares than this are not told apart. */
const maxCells = 2_000;

/** The cells of one outcome, as an SVG path. */
interface CellPath {
  readonly key: string;
  readonly color: string;
  readonly d: string;
}

export interface CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly tenantsPerCell: number;
  readonly paths: readonly CellPath[];
}

/** One square a tenant, in the order of the parts; of very many tenants one square stands for several. */
export function cellGridOf(parts: readonly OutcomePart[], columns: number): CellGrid {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const tenantsPerCell = Math.max(1, Math.ceil(total / maxCells));
  let first = 0;
  const paths = parts.map(({ key, color, count }): CellPath => {
    const cells = Math.ceil(count / tenantsPerCell);
    const squares = Array.from({ length: cells }, (_, cell) => squareAt(first + cell, columns));
    first += cells;
    return { key, color, d: squares.join('') };
  });
  return { columns, rows: Math.ceil(first / columns), tenantsPerCell, paths };
}

/** A square of 8 in a raster of 10. */
function squareAt(cell: number, columns: number): string {
  return `M${10 * (cell % columns) + 1} ${10 * Math.floor(cell / columns) + 1}h8v8h-8z`;
}
