import { words } from '../words/words.texts.js';
import type { LayerName } from './explanation.js';

/** Names of the groups of the schema. */
const groups: Readonly<Record<string, string>> = {
  model: 'Model',
  retrieval: 'Retrieval',
  prompt: 'Prompt',
  branding: 'Branding',
  limits: 'Limits',
  privacy: 'Privacy',
};

const layers: Readonly<Record<LayerName, string>> = {
  platform: 'Platform',
  plan: 'Plan',
  tenant: 'Tenant',
  flag: 'Flag',
  rollout: 'Rollout',
};

const setters: Readonly<Record<string, string>> = {
  system: 'first start',
  platform_admin: 'platform admin',
  tenant_admin: 'tenant admin',
  code: 'a file',
};

const caps: Readonly<Record<string, (from: string, to: string) => string>> = {
  plan_ceiling: (from, to) => `The value is ${from}; the plan cuts it to ${to}.`,
  plan_models: (from, to) => `The value is ${from}; the plan does not include this model, so ${to} applies.`,
  locked_by_plan: (from, to) => `The value is ${from}; the plan locks this setting, so ${to} applies.`,
};

/** The texts of the configuration screen. */
export const texts = {
  title: 'Configuration',
  about:
    'What this tenant has, and where each value comes from. Changes are a draft until you review and save them.',
  search: 'Search settings',
  nothingFound: 'No setting matches',
  nothingFoundHint: (query: string): string => `No title, name or description has "${query}".`,
  clearSearch: 'Clear the search',
  group: (group: string): string => groups[group] ?? group,
  layer: (layer: LayerName): string => layers[layer],
  setter: (by: string | null): string => (by === null ? '' : (setters[by] ?? by)),
  source: (layer: LayerName): string => `From: ${layers[layer]}`,
  changeLayer: (layer: LayerName): string => `Change the layer ${layers[layer].toLowerCase()}`,
  noValue: 'no value',
  applies: 'applies',
  cap: ({ by }: { readonly by: string }, from: string, to: string): string =>
    (caps[by] ?? caps['plan_ceiling']!)(from, to),
  hidden: (layer: LayerName): string =>
    `A ${layers[layer].toLowerCase()} sets this at the moment. Your value applies again when it ends.`,
  resetTo: (value: string, layer: LayerName): string => `Reset to ${value} (${layers[layer].toLowerCase()})`,
  willReset: (value: string, layer: LayerName): string =>
    `Will be reset: ${value} from the layer ${layers[layer].toLowerCase()} shows through.`,
  takeBack: 'Take back',
  value: 'what is inherited',
  lock: {
    platform: 'Only a platform admin sets this.',
    plan: (plan: string): string => `The plan ${plan} fixes this.`,
    code: 'A file owns this. Change the file and apply it.',
  },
  bar: {
    label: 'Changes that are not saved',
    dirty: (count: number): string =>
      count === 1 ? '1 change is not saved' : `${count} changes are not saved`,
    saving: 'Saving …',
    conflict: 'Somebody saved before you. Nothing of yours is lost.',
    offline: 'The service cannot be reached. Your changes are kept in this tab.',
    faults: (count: number): string => (count === 1 ? '1 fault' : `${count} faults`),
    review: words.reviewAndSave,
    compare: 'Compare and save',
    discard: words.discard,
    tryIt: 'Try it',
    previous: 'Previous change',
    next: 'Next change',
  },
  restored: {
    title: 'Your draft is back',
    body: (count: number, version: number): string =>
      `${count === 1 ? '1 change' : `${count} changes`} made on version ${version} before the page was loaded.`,
    keep: 'Keep editing',
    discard: 'Discard the draft',
  },
  newer: (base: number, current: number): string =>
    `Your changes were made on version ${base}. Version ${current} is there now; both are compared before you save.`,
  leave: {
    title: 'Leave with changes that are not saved?',
    body: 'A draft stays in this tab until you save or discard it. A reload keeps it, too.',
    keep: 'Keep as draft',
    discard: words.discard,
    stay: 'Stay',
  },
  overrideAllowed: {
    label: 'The platform may change these settings',
    description:
      'Off is a lock: bulk updates skip this tenant, and a platform admin needs force and a reason. Saving a change of a value that the platform set turns it off.',
  },
  unlimited: 'Unlimited',
  variables: {
    name: 'Name',
    value: 'Value',
    add: 'Add a variable',
    remove: (name: string): string => `Remove ${name}`,
    empty: 'No variables. In the prompt, {name} is replaced by the value of the variable with that name.',
  },
  editPrompt: 'Open in the prompt editor',
  history: 'History of this setting',
  sourceCut: (layer: LayerName): string => `${texts.source(layer)}, cut by the plan`,
} as const;
