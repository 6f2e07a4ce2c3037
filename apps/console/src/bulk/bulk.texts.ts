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
  started: (tenants: string): string => `The bulk update of ${tenants} has begun.`,
  revertStarted: (reason: string): string => `The revert of "${reason}" has begun.`,
  noItems: 'The update reached no tenant.',
  noItemsOfOutcome: 'No tenant of the update has this outcome.',
};
