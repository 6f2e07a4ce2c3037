import { fieldsOf } from '#http';
import { PlatformUsageRow } from './platform-usage.response.js';

/** The media types of a whole report. */
export const usageTextTypes = ['text/csv', 'application/x-ndjson'] as const;
export type UsageTextType = (typeof usageTextTypes)[number];

type WriteRows = (rows: readonly PlatformUsageRow[]) => string;

const columns = [...fieldsOf(PlatformUsageRow).keys()] as (keyof PlatformUsageRow)[];

/** Writes the rows of one report, chunk by chunk. As CSV (RFC 4180), the first chunk begins with the names of the columns. */
export function createRowWriter(type: UsageTextType): WriteRows {
  if (type === 'application/x-ndjson')
    return (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  let head = toCsvLine(columns);
  return (rows) => {
    const lines = head + rows.map((row) => toCsvLine(columns.map((column) => row[column]))).join('');
    head = '';
    return lines;
  };
}

function toCsvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(toCsvValue).join(',')}\r\n`;
}

/** Numbers are written without an exponent: a cost can be a nano-dollar. */
function toCsvValue(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'number' && String(value).includes('e') ? value.toFixed(9) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
