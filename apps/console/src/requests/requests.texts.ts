/** What "Ask again" says. */
export const requestTexts = {
  again: 'Ask again',
  replaceTitle: 'You have a draft already',
  replace: (settings: readonly string[]): string =>
    `It changes ${settings.join(', ')} and is not saved. The settings of the request would take its place.`,
  keep: 'Keep the draft',
  discard: 'Discard it and ask again',
} as const;
