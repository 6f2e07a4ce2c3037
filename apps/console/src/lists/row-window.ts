/** The rows that are in the document: from `first` until before `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** What is seen of a list whose rows have one height, in pixels. */
export interface SeenPart {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** Rows above and below the seen ones, so that a short scroll shows no gap. */
const spareRows = 6;
/** The window moves in steps of this many rows, so that a slow scroll seldom has to draw rows. */
const stepRows = 4;

/** The window around what is seen. */
export function rowWindowOf({ scrollTop, height, rowHeight }: SeenPart): RowWindow {
  const top = Math.floor(scrollTop / rowHeight);
  const first = Math.floor(top / stepRows) * stepRows - spareRows;
  const rows = Math.ceil(height / rowHeight) + stepRows + 2 * spareRows;
  return { first: Math.max(0, first), end: first + rows };
}

/** The positions of the rows in the document, in their order; `kept` is among them wherever it is. */
export function rowsIn({ first, end }: RowWindow, count: number, kept: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, Math.min(end, count) - first) }, (_, index) => first + index);
  if (kept < 0 || kept >= count || (kept >= first && kept < end)) return rows;
  return kept < first ? [kept, ...rows] : [...rows, kept];
}

/** Where to scroll to so that a row is wholly seen below a header that stays; the same place if it is already. */
export function scrollTopFor(
  row: number,
  { scrollTop, height, rowHeight }: SeenPart,
  header: number,
): number {
  const last = header + (row + 1) * rowHeight - height;
  return Math.max(Math.min(scrollTop, row * rowHeight), last);
}
