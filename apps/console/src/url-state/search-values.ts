/** How one value of the URL is read and written. `write` returns null to leave it out of the URL. */
export interface SearchValue<T> {
  read(text: string | null): T;
  write(value: T): string | null;
}

/** A text; the empty text is left out. */
export const searchText: SearchValue<string> = {
  read: (text) => text ?? '',
  write: (value) => (value === '' ? null : value),
};

/** One of several texts; the first is the default and left out. An unknown text in the URL is the default. */
export function searchChoice<const T extends string>(choices: readonly [T, ...T[]]): SearchValue<T> {
  return {
    read: (text) => choices.find((choice) => choice === text) ?? choices[0],
    write: (value) => (value === choices[0] ? null : value),
  };
}

/** A list of texts, joined by commas. */
export const searchList: SearchValue<readonly string[]> = {
  read: (text) => (text === null || text === '' ? [] : text.split(',')),
  write: (value) => (value.length === 0 ? null : value.join(',')),
};
