import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { ActButton } from '../act/act-button.js';
import { texts } from './lists.texts.js';

export interface LoadMoreProps {
  readonly query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  readonly label?: string;
}

/** The button that loads the next page of a list. Nothing at the end of the list. */
export function LoadMore({ query, label = texts.loadMore }: LoadMoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <ActButton
      reason={null}
      variant="default"
      size="xs"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {label}
    </ActButton>
  );
}
