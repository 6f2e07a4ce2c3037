import { words } from '../words/words.texts.js';

/** The sentences of bulk updates. */
export const bulkTexts = {
  about: 'Change a setting of many tenants: see what would happen, run it, and take it back as a whole.',
  emptyTitle: 'No bulk update yet',
  empty: 'Filter the tenants, and press "Select". Nothing is changed before you have seen what would happen.',
  selectNothing: 'Choose who: all tenants, plans, labels or ids.',
  noChanges: 'Choose what changes. The dry run follows by itself.',
  reset: 'the own value of each tenant goes away; its plan and the defaults show through.',
  nothingToDo: 'No tenant would change.',
  conflict: 'A tenant that changes one of these settings meanwhile keeps its own.',
  cancel:
    'The operation stops before its next chunk. Tenants that are changed stay changed; the others have no outcome.',
  revert:
    'Each tenant gets its former values back, except where somebody has changed these settings since. Answers that were given meanwhile cannot be taken back.',
  started: (count: number): string => `The bulk update of ${words.tenantCount(count)} has begun.`,
  revertStarted: (reason: string): string => `The revert of "${reason}" has begun.`,
  noItems: 'The update reached no tenant.',
  noItemsOfOutcome: 'No tenant of the update has this outcome.',
  reverts: 'Reverts {other}',
  revertsOther: 'another bulk update',
  begun: '{actor}, {start}',
  over: '{actor}, {start} to {end}',
  square: (tenants: number): string =>
    tenants === 1 ? 'One square is one tenant.' : `One square is ${tenants} tenants.`,
  columns: {
    kind: 'Kind',
    outcome: 'Outcome',
  },
  create: 'New bulk update',
  title: 'Bulk updates',
  toTenants: 'To the tenants',
  whatWouldHappen: '3. What would happen',
  waitForDryRun: 'Wait for the dry run of what you have chosen.',
  changeTenants: 'Change tenants',
  change: (count: number): string => `Change ${words.tenantCount(count)}`,
  reasonHint: 'It is in the history of each tenant.',
  operation: 'Bulk update',
  revertTenants: (count: number): string => `Revert ${words.tenantCount(count)}`,
  cancelRest: 'Cancel the rest',
  noRevertOfRevert: 'This is a revert. Run the update again instead.',
  noTenantChanged: 'No tenant was changed.',
  progress: (done: number, matched: number): string =>
    `${done.toLocaleString()} of ${words.tenantCount(matched)} done`,
  tenantsOfOperation: 'Tenants of the operation',
  nobody: 'Nobody',
  openRevert: 'Open its revert',
  revertTitle: (reason: string): string => `Revert "${reason}"`,
  cancelled: 'The operation is cancelled.',
};
