import { words } from '../words/words.texts.js';

/** The sentences of rollouts. */
export const rolloutTexts = {
  about:
    'A change for a part of the tenants or queries first, compared with the others, and stopped by itself.',
  emptyTitle: 'No rollout yet',
  empty:
    'Give a change to a few per cent, watch errors, latency and cost, then give it to everybody or to nobody.',
  abort: 'Everybody is back on their own settings at once.',
  promote: 'The change becomes a setting of every tenant that the selector matches, as a bulk update.',
  step: 'The guardrails begin to count again.',
  started: (name: string): string => `The rollout ${name} has begun.`,
  which: 'which ones',
  selector: 'The same selection as in bulk updates.',
  promoteTenants: (count: number): string => `Promote, ${words.tenantCount(count)} change`,
  promoteAct: 'Promote',
  share: (percentage: number, unit: string): string =>
    `${percentage} % of ${unit === 'tenant' ? 'tenants' : 'queries'}`,
  abortOne: (name: string): string => `Abort ${name}`,
};
