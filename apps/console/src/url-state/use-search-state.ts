import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { SearchValue } from './search-values.js';

export { searchChoice, searchList, searchText } from './search-values.js';

/** `never`: a shape may hold values of any type. */
type Shape = Readonly<
  Record<string, { read(text: string | null): unknown; write(value: never): string | null }>
>;
type ValuesOf<S> = { readonly [K in keyof S]: S[K] extends SearchValue<infer T> ? T : never };

/** How the URL is changed. */
interface SetOptions {
  readonly replace?: boolean;
  /** What the history keeps beside the URL. */
  readonly state?: unknown;
}

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
): [ValuesOf<S>, (values: Partial<ValuesOf<S>>, options?: SetOptions) => void] {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => readAll(shape, params), [shape, params]);
  const set = useCallback(
    (next: Partial<ValuesOf<S>>, options: SetOptions = {}) =>
      // The address itself: after two quick changes, what was rendered last lacks the first one.
      setParams(writeAll(shape, new URLSearchParams(location.search), next), {
        ...options,
        // The same screen stays where it is.
        preventScrollReset: true,
      }),
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
