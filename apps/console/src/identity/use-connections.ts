import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.js';
import type { QueryOf, Schema } from '../api/operations.js';

export type Connection = Schema<'ConnectionResponse'>;
export type ConnectionBody = Schema<'ConnectionRequest'>;
export type Mapping = Schema<'MappingResponse'>;

export const connectionsPath = '/v1/platform/identity/connections';
export const connectionPath = `${connectionsPath}/{id}` as const;
export const mappingsPath = `${connectionPath}/mappings` as const;

const pageSize = 200;

/** One connection. */
export function useConnection(id: string) {
  return useQuery({
    queryKey: [connectionPath, id],
    queryFn: async ({ signal }) => (await call('get', connectionPath, { params: { id }, signal })).data,
  });
}

/** All mappings of a connection, of which there are at most 500. */
export function useMappings(id: string) {
  return useQuery({ queryKey: [mappingsPath, id], queryFn: () => readMappings(id) });
}

/** Reads all mappings: a change replaces them all. */
export async function readMappings(id: string): Promise<Mapping[]> {
  const all: Mapping[] = [];
  let cursor: string | null = null;
  do {
    const query: QueryOf<typeof mappingsPath, 'get'> = { limit: pageSize, ...(cursor && { cursor }) };
    const { data } = await call('get', mappingsPath, {
      params: { id },
      query,
    });
    all.push(...data.items);
    cursor = data.next_cursor;
  } while (cursor !== null);
  return all;
}

/** Reads again whatever shows a connection. */
export function useRefreshConnections(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    const keys = [connectionsPath, connectionPath, mappingsPath];
    await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
}
