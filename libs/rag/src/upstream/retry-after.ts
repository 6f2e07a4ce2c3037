import type { IncomingResponse } from '#egress';

/** The wait in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as a date. null: neither is given. */
export function parseRetryAfterMs(headers: IncomingResponse['headers'], now: number): number | null {
  const ms = headers.get('retry-after-ms');
  const after = headers.get('retry-after');
  if (isNumber(ms)) return Number(ms);
  if (isNumber(after)) return Number(after) * 1000;
  const date = Date.parse(after ?? '');
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function isNumber(text: string | null): text is string {
  return text !== null && /^\d{1,12}(\.\d{1,6})?$/.test(text.trim());
}
