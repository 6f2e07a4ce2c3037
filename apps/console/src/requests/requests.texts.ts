/** What "Ask again" says. */
export const requestTexts = {
  again: 'Ask again',
  replaceTitle: 'You have a draft already',
  replace: (settings: readonly string[]): string =>
    `It changes ${settings.join(', ')} and is not saved. The settings of the request would take its place.`,
  keep: 'Keep the draft',
  discard: 'Discard it and ask again',
  asked: (version: number): string => `{author}, {date}, on version ${version}`,
  decided: 'Decided by {author}, {date}',
  becameVersion: (version: number): string => `It became version ${version}.`,
  title: 'Requests',
  about: 'Changes that wait for a decision of the platform, and what became of earlier ones.',
  none: 'No requests',
  noneAbout: 'When changes of this tenant need approval, they wait here until the platform has decided.',
  noMatch: 'No request of this tenant is in this state.',
  requestOf: (date: string): string => `Request of ${date}`,
  withdraw: {
    open: 'Withdraw',
    refused: 'The platform asked for this. A platform admin decides about it.',
    title: 'Withdraw the request',
    action: 'Withdraw 1 request',
    done: 'The request is withdrawn.',
    about:
      'Nobody has to decide about it any more. You can ask again; the same settings become your draft then.',
  },
} as const;
