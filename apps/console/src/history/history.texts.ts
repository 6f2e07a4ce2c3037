import { words } from '../words/words.texts.js';
import type { SealState } from './chain.js';

const actions: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'change',
  rollback: 'rollback',
  bulk_update: 'bulk update',
  bulk_revert: 'bulk revert',
  change_request: 'approved request',
  rollout: 'rollout',
  apply: 'file',
  sql: 'SQL',
  delete: 'deleted',
};

const roles: Readonly<Record<string, string>> = {
  system: 'system',
  tenant_admin: 'tenant admin',
  platform_admin: 'platform admin',
};

const sealWords: Readonly<Record<SealState, string>> = {
  sealed: 'Sealed',
  verified: 'Verified',
  broken: 'Broken',
};

/** The texts of the history. */
export const texts = {
  title: 'History',
  about:
    'Every version of the configuration. Nothing is ever changed or deleted here; a restored version is a new one.',
  action: (action: string): string => actions[action] ?? action,
  role: (role: string): string => roles[role] ?? role,
  version: (version: number): string => `Version ${version}`,
  current: 'current',
  from: (version: number): string => `from version ${version}`,
  restore: 'Restore',
  restoreOne: (version: number): string => `Restore version ${version}`,
  compareOne: (version: number): string => `Select version ${version} to compare`,
  compare: (count: number): string => `Compare (${count} of 2)`,
  compareTitle: (from: number, to: number): string => `From version ${from} to version ${to}`,
  noDifference: 'Both versions have the same settings.',
  close: 'Close the comparison',
  filter: words.setting,
  allSettings: 'All settings',
  filtered: (count: number, read: number, setting: string): string =>
    `${count} of the ${read} newest versions changed ${setting}.`,
  loaded: (read: number, newest: number): string => `${read} of ${newest} versions loaded.`,
  older: 'Load older versions',
  empty: 'No version of the history that is loaded changed this setting.',
  verify: 'Verify the chain',
  verifyRefused: 'Only the platform can verify: the check reads the histories of all tenants.',
  sealed: 'Each version is sealed with the hash of the one before.',
  unbroken: (newest: number): string =>
    newest === 1 ? 'Verified: version 1 is unbroken.' : `Verified: versions 1 to ${newest} are unbroken.`,
  seal: (version: number, seal: SealState): string =>
    version === 1 ? `${sealWords[seal]}, the first version` : `${sealWords[seal]} to version ${version - 1}`,
  broken: 'broken',
  brokenTitle: words.brokenHistory,
  brokenHere: (version: number, message: string): string =>
    `Version ${version}: ${message}. The versions after it were not checked.`,
  brokenElsewhere: (tenantId: string, version: number): string =>
    `The check ended at version ${version} of ${tenantId}, so nothing is known of this tenant.`,
  noChanges: 'No setting of the tenant changed.',
  bulk: 'Open the bulk operation',
  request: 'Open the approved requests',
  details: 'What changed',
} as const;
