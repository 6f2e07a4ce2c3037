import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { searchText, useSearchState } from './use-search-state.js';

/**
 * What is open on a screen, such as a row, by its id in the URL; the empty id is nothing. Back closes what was opened, and a link opens
 * it. Another row in place of the open one is no step of its own.
 *
 * ```ts
 * const [delivery, openDelivery] = useOpenId('delivery');
 * ```
 */
export function useOpenId(name: string): [id: string, open: (id: string) => void] {
  const shape = useMemo(() => ({ [name]: searchText }), [name]);
  const [{ [name]: id = '' }, setSearch] = useSearchState(shape);
  const state = useLocation().state as { readonly opened?: string } | null;
  const navigate = useNavigate();
  const open = useCallback(
    (next: string): void => {
      if (next === id) return;
      if (next === '' && state?.opened === name) void navigate(-1);
      else if (id === '') setSearch({ [name]: next }, { state: { opened: name } });
      else setSearch({ [name]: next }, { replace: true, state });
    },
    [id, name, state, setSearch, navigate],
  );
  return [id, open];
}
