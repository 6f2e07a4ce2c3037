import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemView } from '../states/problem-view.js';
import { LoadingLines, ReadProblem } from '../states/states.js';
import { LoadMore } from './load-more.js';
import type { Pages } from './use-tenant-pages.js';
import { texts } from './lists.texts.js';

/** A list in each of its states. It says how much of the list is loaded, so that a cut is never mistaken for the end. */
export function PagedList<T>({
  pages,
  empty,
  children,
}: {
  pages: Pages<T>;
  empty: ReactNode;
  children: (items: readonly T[]) => ReactNode;
}) {
  const { items, query } = pages;
  if (query.isPending) return <LoadingLines />;
  if (query.isError && items.length === 0)
    return <ReadProblem error={query.error} onRetry={() => void query.refetch()} />;
  if (items.length === 0) return empty;
  return (
    <Stack gap="sm">
      {children(items)}
      <LoadedPart pages={pages} />
      {query.isError && <ProblemView error={query.error} onRetry={() => void query.refetch()} />}
    </Stack>
  );
}

function LoadedPart<T>({ pages: { items, total, query } }: { pages: Pages<T> }) {
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" className="numbers" role="status">
        {query.hasNextPage ? texts.loaded(items.length, total) : texts.loadedAll(items.length, total)}
      </Text>
      <LoadMore query={query} />
    </Group>
  );
}
