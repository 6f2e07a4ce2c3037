import { type Measure, unanswered } from './usage-sums.js';

interface DaysSummary {
  readonly measure: Measure;
  readonly days: number;
  readonly total: string;
  readonly highest: string;
}

export const usageTexts = {
  title: 'Usage',
  about:
    'Queries, tokens and cost by day and by model. Days and months are those of UTC, whatever your time zone is.',
  none: 'No queries in this period',
  noneAbout: 'Queries of your product, of the playground and of golden questions would be counted here.',
  measures: { queries: 'Queries', cost_usd: 'Cost', tokens: 'Tokens' } satisfies Record<Measure, string>,
  unlimited: 'No budget is set: cost is counted and not limited. The month ends {date}',
  budget: {
    spent: (cost: string): string => `${cost} spent`,
    reserved: (cost: string): string => `${cost} reserved`,
    ofMonth: (limit: string): string => `of ${limit} a month`,
    startsAgain: 'Starts again {date}',
    spentOf: (spent: string, limit: string): string => `Spent: ${spent} of ${limit}`,
    reservedOf: (reserved: string, limit: string): string => `Reserved: ${reserved} of ${limit}`,
  },
  days: {
    summary: ({ measure, days, total, highest }: DaysSummary): string =>
      `${usageTexts.measures[measure]} of ${days} UTC days: ${total} in all, at most ${highest} in a day`,
    utc: (day: string): string => `${day} (UTC)`,
    caption: (measure: Measure): string => `${usageTexts.measures[measure]} by UTC day`,
  },
  quota: (used: string, limit: string): string =>
    `${used} of ${limit} queries used today (UTC). Starts again {date}`,
  day: 'Day',
  all: 'All',
  measure: 'What is shown',
  period: 'Period',
  dayCount: (days: string): string => `${days} days`,
  byModel: 'By model',
  byDay: 'By UTC day, newest first; days without queries are left out',
  model: (model: string): string => (model === unanswered ? 'no answer' : model),
} as const;
