import type { KeyResponse } from '#tenancy';

const titles = ['ID', 'ROLE', 'NAME', 'CREATED', 'CREATED BY', 'EXPIRES', 'LAST USED'];

/** A table with one key a line. */
export function formatKeys(keys: readonly KeyResponse[]): string {
  const rows = [titles, ...keys.map(toRow)];
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toRow(key: KeyResponse): string[] {
  const { id, role, name, created_at, created_by, expires_at, last_used_at } = key;
  return [id, role, name, created_at, created_by, expires_at ?? 'never', last_used_at ?? 'never'];
}
