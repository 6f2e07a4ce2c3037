import type { IntegrityViolation } from './history-integrity.repository.js';

/** What each violation means. */
export const integrityViolationMessages: Readonly<Record<IntegrityViolation, string>> = {
  gap: 'the entry before it is missing',
  link: 'its link does not match the entry before it',
  hash: 'its contents do not match its hash',
  settings: 'its settings do not match their digest',
  head: "it does not match the tenant's current configuration",
};
