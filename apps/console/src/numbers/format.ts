const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const ratio = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const cents = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD' });
const fractions = new Intl.NumberFormat(undefined, {
  style: 'currency',
  currency: 'USD',
  maximumSignificantDigits: 3,
});

/** `12,400`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 chunk`, `2,400 chunks`. */
export function countOf(count: number, thing: string): string {
  return `${whole.format(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** `$12.40`; below ten cents with three digits that count, `$0.0301`, since one answer often costs less than a cent. */
export function formatUsd(usd: number): string {
  return usd !== 0 && Math.abs(usd) < 0.1 ? fractions.format(usd) : cents.format(usd);
}

/** `611 ms`, `4.2 s`. */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${ratio.format(ms < 10 ? ms : Math.round(ms))} ms` : `${ratio.format(ms / 1_000)} s`;
}

/** A score or a ratio, always with two digits, so that columns of them line up: `0.83`, `0.40`. */
export function formatRatio(value: number): string {
  return value.toFixed(2);
}
