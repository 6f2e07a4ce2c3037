import { words } from '../words/words.texts.js';

/** The texts of a selection of tenants, and of what becomes of each. */
export const texts = {
  dryRun: (matched: number, changed: number): string =>
    `${words.tenantCount(matched)} matched, ${words.tenantCount(changed)} would change.`,
  chooseValue: (settings: readonly string[]): string =>
    `Give ${settings.join(', ')} a value: what it shows is only where it begins, today's default.`,
  inherited: 'inherited',
  wouldChange: 'would change',
  outcome: 'Outcome',
  tenantsOfDryRun: 'Tenants of the dry run',
  byOutcome: 'Tenants by outcome',
  line: {
    all: 'all tenants',
    plans: (plans: string): string => `plan ${plans}`,
    labels: (labels: string): string => `label ${labels}`,
    ids: (count: number): string => `${count} tenants`,
    where: (values: string): string => `where ${values}`,
    except: (ids: string): string => `except ${ids}`,
  },
  outcomes: {
    updated: 'changed',
    unchanged: 'unchanged',
    locked: 'locked',
    waiting: 'waiting for approval',
    invalid: 'invalid',
    conflict: 'conflict',
    notReached: 'not reached',
  },
  selector: {
    about:
      'A tenant must match every field that is filled in. Of several values for the same field, label or setting, one is enough.',
    all: 'All tenants',
    labelsExample: 'region:eu, region:us',
    where: 'Where a setting has a value',
    whereExample: 'model_name=gpt-4',
    whereFault: 'Write each as setting=value.',
    ids: 'These tenants',
    idsExample: 'ids, separated by spaces',
    except: 'Except',
  },
  steps: {
    whom: '1. Whom',
    what: '2. What',
  },
} as const;
