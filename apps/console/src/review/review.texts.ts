import { words } from '../words/words.texts.js';

/** The texts of the sheets that save and restore. */
export const texts = {
  title: words.reviewAndSave,
  compareTitle: 'Compare both changes',
  changes: words.changes,
  reasonHint: 'Shown in the history. At most 500 characters.',
  reasonForForce: 'Force needs a reason.',
  gate: 'Ask the golden questions first',
  gateHint: (count: number): string =>
    `${count === 1 ? '1 golden question' : `${count} golden questions`} must pass under the new settings, or nothing is saved. They cost what queries cost, and count as one test of the hour.`,
  noGate: 'There are no golden questions yet. With them, a change can prove itself before it is saved.',
  run: 'Ask the golden questions now',
  runHint: 'Saves nothing; counts as one test of the hour.',
  save: (version: number, isLocking: boolean): string =>
    isLocking ? `Save as version ${version}, lock on` : `Save as version ${version}`,
  ask: words.askForApproval,
  force: (version: number): string => `Force version ${version}`,
  approval: (isPlatform: boolean): string =>
    `Changes of this tenant wait for approval. ${isPlatform ? 'Another' : 'A'} platform admin decides.`,
  locking: (names: readonly string[]): string =>
    `The platform set ${names.join(', ')}. Saving turns the lock on: bulk updates will skip this tenant, and a platform admin will need force.`,
  left: (left: number, limit: number): string => `${left} of ${limit} changes left this hour.`,
  faults: 'Correct these before you save:',
  checking: 'Checking the change …',
  saved: (version: number, summary: string): string => `Version ${version} is saved: ${summary}.`,
  requested: 'The change waits for approval.',
  toRequest: words.openRequest,
  unchanged: 'Nothing was changed: these values are stored already.',
  refusedFile:
    'A file owns these settings. You can force the change with a reason; the next apply of the file shows it as drift.',
  merge: {
    intro: (base: number, current: number): string =>
      `You began with version ${base}; version ${current} is there now. Nothing is lost: choose what to keep.`,
    theirs: 'Theirs',
    mine: 'Mine',
    base: 'Before',
    contested: 'Both changed',
    contestedHint: 'With the focus on a setting: 1 takes theirs, 2 takes mine, 3 goes back to the form.',
    mergedIn: 'Changed only by others, and kept',
    none: 'Nobody changed the same setting as you.',
    choose: 'Choose a side for each setting that both changed.',
    edit: 'Back to the form',
    nothingLeft: 'Nothing of your change is left. Close this sheet to drop the draft.',
  },
  questions: {
    passed: (passed: number, all: number): string => `${passed} of ${all} golden questions passed.`,
    missingSources: 'Missing sources',
    missingPhrases: 'Missing phrases',
    answer: 'Answer',
    noAnswer: 'No answer',
    passedOne: 'passed',
    failedOne: 'failed',
  },
  andMore: (first: string, count: number): string => `${first} and ${count} more`,
  lock: 'the lock',
} as const;
