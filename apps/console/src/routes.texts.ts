/** The texts of addresses that no screen has, and of a fault of the console. */
export const texts = {
  notFound: {
    title: 'There is no such screen',
    back: 'Back to the first screen',
    about: 'The address is wrong, or it belongs to a tenant that you may not see.',
  },
  fault: {
    title: 'The console has a fault',
    about: 'Reload the page. Drafts are kept.',
  },
} as const;
