import { InvalidInputError } from '#kernel';

/** Days from the first to the last, both included, as `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
const usualDays = 30;
const mostDays = 366;

/**
 * The days that are asked for: up to today and 30 of them, unless told.
 *
 * @throws InvalidInputError for a period that ends before it begins, or of more than 366 days.
 */
export function periodOf(asked: Partial<Period>, nowMs: number): Period {
  const to = asked.to ?? dayOf(nowMs);
  const from = asked.from ?? dayOf(Date.parse(to) - (usualDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1) throw notAPeriod({ from, to }, 'from must not be after to.');
  if (days > mostDays) throw notAPeriod({ from, to }, `from and to must span at most ${mostDays} days.`);
  return { from, to };
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function notAPeriod(period: Period, message: string): InvalidInputError {
  const fault = (field: 'from' | 'to') =>
    ({ field, rule: 'combination', value: period[field], message }) as const;
  return new InvalidInputError([fault('from'), fault('to')]);
}
