import type { Measure } from './usage-sums.js';

export const usageTexts = {
  title: 'Usage',
  about:
    'Queries, tokens and cost by day and by model. Days and months are those of UTC, whatever your time zone is.',
  none: 'No queries in this period',
  noneAbout: 'Queries of your product, of the playground and of golden questions would be counted here.',
  measures: { queries: 'Queries', cost_usd: 'Cost', tokens: 'Tokens' } satisfies Record<Measure, string>,
  unlimited: 'No budget is set: cost is counted and not limited.',
} as const;
