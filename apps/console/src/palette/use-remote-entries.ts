import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { isOperationId, matches } from './command.js';
import type { Entry } from './entries.js';

const waitMs = 150;
const maxTenants = 8;
const hour = 3_600_000;

/** The lines that the service finds: tenants by search, plans and models by name, operations by their id. Only the platform has them. */
export function useRemoteEntries(input: string): {
  readonly entries: readonly Entry[];
  readonly isSearching: boolean;
} {
  const isPlatform = isPlatformSession(useSession());
  const [search] = useDebouncedValue(input.trim(), waitMs);
  const isOperation = isOperationId(search);
  const tenants = useQuery({
    queryKey: ['palette', 'tenants', search],
    queryFn: ({ signal }) => findTenants(search, signal),
    enabled: isPlatform && search !== '' && !isOperation,
  });
  const catalogue = useQuery({
    queryKey: ['palette', 'catalogue'],
    queryFn: readCatalogue,
    enabled: isPlatform,
    staleTime: hour,
  });
  const operations = useQuery({
    queryKey: ['palette', 'operation', search],
    queryFn: ({ signal }) => findOperation(search, signal),
    enabled: isPlatform && isOperation,
  });
  const found = [operations.data, tenants.data, search === '' ? [] : matching(catalogue.data, search)];
  return {
    entries: found.flatMap((entries) => entries ?? []),
    isSearching: tenants.isFetching || operations.isFetching,
  };
}

function matching(entries: readonly Entry[] | undefined, search: string): readonly Entry[] | undefined {
  return entries?.filter(({ label }) => matches(search, label));
}

async function findTenants(q: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const { data } = await call('get', '/v1/platform/tenants', { query: { q, limit: maxTenants }, signal });
  return data.items.map(({ tenant_id: id, name, status }) => ({
    id: `tenant ${id}`,
    group: 'Tenants',
    label: name === id ? id : `${name} (${id})`,
    ...(status === 'suspended' && { hint: 'suspended' }),
    to: `/tenants/${id}/overview`,
  }));
}

async function readCatalogue(): Promise<readonly Entry[]> {
  const query = { limit: 200 };
  const [plans, models] = await Promise.all([
    call('get', '/v1/platform/plans', { query }),
    call('get', '/v1/platform/models', { query }),
  ]);
  return [
    ...plans.data.items.map(({ id }) => catalogueEntry('Plans', '/plans', id)),
    ...models.data.items.map(({ id }) => catalogueEntry('Models', '/models', id)),
  ];
}

function catalogueEntry(group: string, path: string, id: string): Entry {
  return { id: `${group} ${id}`, group, label: id, to: `${path}/${encodeURIComponent(id)}` };
}

/** An id does not say of what it is: each kind is asked for, and at most one knows it. */
async function findOperation(id: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const options = { params: { id }, signal };
  const kinds = [
    {
      label: 'Bulk update',
      to: `/bulk-updates/${id}`,
      answer: call('get', '/v1/platform/bulk-updates/{id}', options),
    },
    { label: 'Rollout', to: `/rollouts/${id}`, answer: call('get', '/v1/platform/rollouts/{id}', options) },
  ];
  const answers = await Promise.allSettled(kinds.map(({ answer }) => answer));
  return kinds
    .filter((_, index) => answers[index]?.status === 'fulfilled')
    .map(({ label, to }) => ({ id: to, group: 'Operations', label: `${label} ${id}`, to }));
}
