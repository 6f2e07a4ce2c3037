import { words } from '../words/words.texts.js';

/** The titles and details of the problems that the console itself finds. */
export const texts = {
  unreachable: words.unreachable,
  unreachableDetail: 'The service did not answer. Check your network; what you entered is kept.',
  notSent: 'The request was not sent',
  httpStatus: (status: number): string => `HTTP ${status}`,
  consoleFault: words.consoleFault,
} as const;
