import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';
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
  const navigate = useNavigate();
  const open = useCallback(
    (next: string): void => {
      const { openId, state } = readAddress(name);
      if (next === openId) return;
      if (next === '' && state?.opened === name) void navigate(-1);
      else if (openId === '') setSearch({ [name]: next }, { state: { opened: name } });
      else setSearch({ [name]: next }, { replace: true, state });
    },
    [name, setSearch, navigate],
  );
  return [id, open];
}

interface Address {
  readonly openId: string;
  readonly state: { readonly opened?: string } | null;
}

/** The address as it is: what was rendered last lacks a change that another key followed at once. React Router keeps its state as `usr`. */
function readAddress(name: string): Address {
  const openId = new URLSearchParams(location.search).get(name) ?? '';
  const { usr: state = null } = (history.state ?? {}) as { readonly usr?: Address['state'] };
  return { openId, state };
}
