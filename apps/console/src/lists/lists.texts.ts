/** The texts of every list and of every value in one. */
export const texts = {
  loaded: (count: number, total: number | undefined): string =>
    total === undefined
      ? `${count.toLocaleString()} loaded`
      : `${count.toLocaleString()} of ${total.toLocaleString()} loaded`,
  loadedAll: (count: number, total: number | undefined): string =>
    `${texts.loaded(count, total)}, the end of the list`,
  becomes: ' becomes ',
  loadMore: 'Load more',
  previewed: (count: number, matched: string): string => `${count.toLocaleString()} of ${matched} loaded`,
  value: {
    on: 'on',
    off: 'off',
    none: 'none',
    notSet: 'not set',
  },
} as const;
