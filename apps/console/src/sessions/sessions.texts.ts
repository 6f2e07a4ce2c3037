/** The texts of the sessions of a person. */
export const texts = {
  title: 'Your sessions',
  about: 'Where you are signed in to this console. End what you do not know.',
  none: 'No sessions',
  noneAbout: 'You called with a key, not with a session of the console.',
  unknownBrowser: 'unknown',
  thisPage: 'This is the session of this page. Use "Sign out" to end it.',
  thisOne: 'this one',
  withKey: 'with a key or link',
  atConnection: (connection: string): string => `at ${connection}`,
  end: {
    title: 'End a session',
    action: 'End 1 session',
    done: (address: string): string => `The session of ${address} has ended.`,
    about: 'Every replica refuses it at once. Whoever uses it has to sign in again.',
  },
  columns: {
    browser: 'Browser',
    signedIn: 'Signed in',
    lastSeen: 'Last seen',
    ends: 'Ends',
  },
} as const;
