import { words } from './words/words.texts.js';

/** The texts of addresses that no screen has, and of a fault of the console. */
export const texts = {
  notFound: {
    title: 'There is no such screen',
    back: 'Back to the first screen',
    about: 'The address is wrong, or it belongs to a tenant that you may not see.',
  },
  fault: {
    title: words.consoleFault,
    about: 'Reload the page. Drafts are kept.',
  },
} as const;
