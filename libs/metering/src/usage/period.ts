import { InvalidInputError } from '#kernel';

/** Days from the first to the last, both included, as `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
const defaultDays = 30;
const maxDays = 366;

/**
 * The days that are asked for: up to today and 30 of them, unless told.
 *
 * @throws InvalidInputError for a period that ends before it begins, or of more than 366 days.
 */
export function resolvePeriod(requested: Partial<Period>, nowMs: number): Period {
  const to = requested.to ?? toDay(nowMs);
  const from = requested.from ?? toDay(Date.parse(to) - (defaultDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1) throw invalidPeriodError({ from, to }, 'from must not be after to.');
  if (days > maxDays)
    throw invalidPeriodError({ from, to }, `from and to must span at most ${maxDays} days.`);
  return { from, to };
}

function toDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function invalidPeriodError(period: Period, message: string): InvalidInputError {
  const toFieldError = (field: 'from' | 'to') =>
    ({ field, rule: 'combination', value: period[field], message }) as const;
  return new InvalidInputError([toFieldError('from'), toFieldError('to')]);
}
