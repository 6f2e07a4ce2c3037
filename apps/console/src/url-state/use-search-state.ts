import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

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

type Shape = Readonly<Record<string, SearchValue<never>>>;
type ValuesOf<S> = { readonly [K in keyof S]: S[K] extends SearchValue<infer T> ? T : never };

/**
 * State that lives in the URL, so that a link or a reload shows the same screen. `set` keeps what it is not given; with `replace`, Back
 * does not stop at the old state.
 *
 * ```ts
 * const [filter, setFilter] = useSearchState({ q: searchText, status: searchChoice(['all', 'active']) });
 * ```
 */
export function useSearchState<const S extends Shape>(
  shape: S,
): [ValuesOf<S>, (values: Partial<ValuesOf<S>>, options?: { replace?: boolean }) => void] {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => readAll(shape, params), [shape, params]);
  const set = useCallback(
    (next: Partial<ValuesOf<S>>, options: { replace?: boolean } = {}) =>
      setParams((current) => writeAll(shape, new URLSearchParams(current), next), options),
    [shape, setParams],
  );
  return [values, set];
}

function readAll<S extends Shape>(shape: S, params: URLSearchParams): ValuesOf<S> {
  const entries = Object.entries(shape).map(([name, { read }]) => [name, read(params.get(name))]);
  return Object.fromEntries(entries) as ValuesOf<S>;
}

function writeAll<S extends Shape>(
  shape: S,
  params: URLSearchParams,
  next: Partial<ValuesOf<S>>,
): URLSearchParams {
  for (const [name, value] of Object.entries(next)) {
    const text = shape[name]?.write(value as never) ?? null;
    if (text === null) params.delete(name);
    else params.set(name, text);
  }
  return params;
}
