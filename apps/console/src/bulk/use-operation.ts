import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { isOver } from '../targets/outcomes.js';

export type Operation = Schema<'BulkOperationResponse'>;

const path = '/v1/platform/bulk-updates/{id}';
const pollMs = 2_000;

/**
 * One bulk operation, followed by server-sent events while it runs. Where the events break off, the page asks every two seconds until
 * the browser has connected again.
 */
export function useOperation(id: string) {
  const client = useQueryClient();
  const [hasEvents, setHasEvents] = useState(false);
  const query = useQuery({
    queryKey: [path, id],
    queryFn: async ({ signal }) => (await call('get', path, { params: { id }, signal })).data,
    refetchInterval: ({ state: { data } }) => (hasEvents || (data && isOver(data)) ? false : pollMs),
  });
  const isRunning = query.data !== undefined && !isOver(query.data);
  useEffect(() => {
    if (!isRunning) return undefined;
    const source = new EventSource(toUrl(`${path}/events`, { id }));
    const take = ({ data }: MessageEvent<string>): void => {
      client.setQueryData([path, id], JSON.parse(data) as Operation);
    };
    const finish = (event: MessageEvent<string>): void => {
      take(event);
      source.close();
      void client.invalidateQueries({ queryKey: [`${path}/items`] });
    };
    source.addEventListener('open', () => setHasEvents(true));
    source.addEventListener('error', () => setHasEvents(false));
    source.addEventListener('progress', take);
    source.addEventListener('done', finish);
    return () => source.close();
  }, [client, id, isRunning]);
  return query;
}
