import { words } from '../words/words.texts.js';

/** The texts of what tells that a version was restored. */
export const texts = {
  done: (target: number, version: number): string => `Version ${target} is restored as version ${version}.`,
  requested: 'The rollback waits for approval.',
  toRequest: words.openRequest,
  refused: (why: string): string => `Nothing was undone. ${why}`,
  review: 'Review the undo',
} as const;
