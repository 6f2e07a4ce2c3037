import type { IntegrityViolation } from './history-integrity.repository.js';

/** What each fault says of the entry. */
export const integrityViolationMessages: Readonly<Record<IntegrityViolation, string>> = {
  gap: 'the entry before it is missing',
  link: 'it does not follow from the entry before it',
  hash: 'its contents are not those that its hash stands for',
  settings: 'its settings are not those that its digest stands for',
  head: "it is not what the tenant's configuration is now",
};
