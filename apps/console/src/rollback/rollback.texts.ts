import { words } from '../words/words.texts.js';

/** The texts of the sheet that restores an older version. */
export const texts = {
  restoreTitle: (version: number): string => `Restore version ${version}`,
  action: (target: number, next: number): string => `Restore version ${target} as version ${next}`,
  ask: words.askForApproval,
  force: (next: number): string => `Force version ${next}`,
  changes: 'What changes',
  loading: 'Trying it without saving …',
  same: (version: number): string =>
    `Version ${version} has the same settings as the current one. There is nothing to restore.`,
  nothingToUndo: 'This is the first version. There is nothing to undo.',
  kept: (names: readonly string[]): string =>
    `These stay as they are, because you may not restore them: ${names.join(', ')}.`,
  notSet: 'not set by the tenant',
  faults: "The old settings break today's rules:",
  newer: 'Somebody saved in the meantime. This is what would change now.',
  reasonHint: 'Shown in the history.',
} as const;
