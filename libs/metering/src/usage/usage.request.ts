import { DateField } from '#http';
import { InvalidInputError } from '#kernel';

/** The days of a usage report. */
export class UsageQuery {
  @DateField({
    optional: true,
    description: 'First day (UTC). Default: 29 days before `to`.',
    example: '2026-11-01',
  })
  from?: string;

  @DateField({ optional: true, description: 'Last day (UTC). Default: today.', example: '2026-11-30' })
  to?: string;
}

/** The first and the last day, both included, as `YYYY-MM-DD`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
const defaultDays = 30;
const maxDays = 366;

/**
 * Fills in the days that a request leaves out: the default is the 30 days up to today (UTC).
 *
 * @throws InvalidInputError when `from` is after `to`, or the period is longer than 366 days.
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
