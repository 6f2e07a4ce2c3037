import { words } from '../words/words.texts.js';

/** What a change reaches, in sentences. */
export const texts = {
  failingTitle: 'Some queries would fail',
  wait: 'Wait for the tenants that it reaches.',
  atOnce: (act: string): string => `${act} at once, on every replica.`,
  differ: (changed: number, matched: number): string =>
    `${changed.toLocaleString()} of ${words.tenantCount(matched)} would get another value.`,
  failing: (count: number): string => `Queries of ${words.tenantCount(count)} would fail.`,
  unapproved: (count: number): string =>
    `${words.tenantCount(count)} of them changes only by approval; this change reaches them without.`,
  actWithCount: (act: string, changed: number): string =>
    changed === 0
      ? `${act}, no tenant changes`
      : `${act}, ${words.tenantCount(changed)} ${changed === 1 ? 'changes' : 'change'}`,
  reached: 'Tenants that it reaches',
  atMost: (count: number): string => `at most ${count.toLocaleString()}`,
} as const;
