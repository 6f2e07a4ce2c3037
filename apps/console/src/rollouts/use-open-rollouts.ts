import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';

type ListedRollout = Schema<'RolloutResponse'>;

const path = '/v1/platform/rollouts';

/** Every rollout that is not over, read again every five seconds. The list has no filter by state: an old one can be on any of its pages. */
export function useOpenRollouts(): UseQueryResult<readonly ListedRollout[]> {
  return useQuery({
    queryKey: [path, 'open'],
    queryFn: ({ signal }) => readOpenRollouts(signal),
    refetchInterval: 5_000,
  });
}

async function readOpenRollouts(signal: AbortSignal): Promise<readonly ListedRollout[]> {
  const open: ListedRollout[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor !== null && { cursor }) };
    const { data } = await call('get', path, { query, signal });
    open.push(...data.items.filter(({ state }) => state === 'running' || state === 'stopped'));
    cursor = data.next_cursor;
  } while (cursor !== null);
  return open;
}
