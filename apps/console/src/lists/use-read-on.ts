import { useEffect } from 'react';

interface ReadablePages {
  readonly isError: boolean;
  readonly isFetching: boolean;
  readonly hasNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Reads one page more while something that may be on it is needed. An error ends it: the next read would follow at once. */
export function useReadOn(isNeeded: boolean, pages: ReadablePages): void {
  const { isError, isFetching, hasNextPage, fetchNextPage } = pages;
  const readsOn = isNeeded && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (readsOn) void fetchNextPage();
  }, [readsOn, fetchNextPage]);
}
