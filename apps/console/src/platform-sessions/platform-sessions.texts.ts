/** The texts of the sessions of everybody. */
export const texts = {
  title: 'Sessions',
  about: 'Who is signed in to the console. A session that is ended is refused on every replica at once.',
  empty: 'Nobody of this tenant, or with this name, is signed in.',
  end: 'The person has to sign in again. What they have entered and not saved stays in their page.',
  whoExample: 'key:…',
  endOf: (name: string): string => `End the session of ${name}`,
  ended: (name: string): string => `The session of ${name} is ended.`,
  endAct: 'End the session',
} as const;
