import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { matches, readId } from './command.js';
import type { Entry } from './entries.js';
import { type Place, findById, findDocuments } from './find-by-id.js';
import { paletteTexts } from './palette.texts.js';

const waitMs = 150;
const maxTenants = 8;
const hour = 3_600_000;

/**
 * The lines that the service finds: whatever a pasted id is of, and the documents of the tenant that is shown; for the platform tenants by
 * search, plans and models by name, too.
 */
export function useRemoteEntries(
  input: string,
  tenantId: string | null,
): {
  readonly entries: readonly Entry[];
  readonly isSearching: boolean;
} {
  const isPlatform = isPlatformSession(useSession());
  const [search] = useDebouncedValue(input.trim(), waitMs);
  const pasted = useFoundThings(search, { tenantId, isPlatform });
  const tenants = useQuery({
    queryKey: ['palette', 'tenants', search],
    queryFn: ({ signal }) => findTenants(search, signal),
    enabled: isPlatform && search !== '',
  });
  const catalogue = useQuery({
    queryKey: ['palette', 'catalogue'],
    queryFn: readCatalogue,
    enabled: isPlatform,
    staleTime: hour,
  });
  const found = [pasted.entries, tenants.data, search === '' ? [] : matching(catalogue.data, search)];
  return {
    entries: found.flatMap((entries) => entries ?? []),
    isSearching: pasted.isSearching || tenants.isFetching,
  };
}

/** What a pasted id is of, and the documents of the tenant. */
function useFoundThings(search: string, place: Place): ReturnType<typeof useRemoteEntries> {
  const id = readId(search);
  const things = useQuery({
    queryKey: ['palette', 'id', id, place],
    queryFn: ({ signal }) => findById(id!, place, signal),
    enabled: id !== null,
  });
  const documents = useQuery({
    queryKey: ['palette', 'documents', search, place],
    queryFn: ({ signal }) => findDocuments(search, place, signal),
    enabled: place.tenantId !== null && search !== '',
  });
  return {
    entries: [...(things.data ?? []), ...(documents.data ?? [])],
    isSearching: things.isFetching || documents.isFetching,
  };
}

function matching(entries: readonly Entry[] | undefined, search: string): readonly Entry[] | undefined {
  return entries?.filter(({ label }) => matches(search, label));
}

async function findTenants(q: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const { data } = await call('get', '/v1/platform/tenants', { query: { q, limit: maxTenants }, signal });
  return data.items.map(({ tenant_id: id, name, status }) => ({
    id: `tenant ${id}`,
    group: paletteTexts.groups.tenants,
    label: name === id ? id : `${name} (${id})`,
    ...(status === 'suspended' && { hint: paletteTexts.suspended }),
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
    ...plans.data.items.map(({ id }) => catalogueEntry(paletteTexts.groups.plans, '/plans', id)),
    ...models.data.items.map(({ id }) => catalogueEntry(paletteTexts.groups.models, '/models', id)),
  ];
}

function catalogueEntry(group: string, path: string, id: string): Entry {
  return { id: `${group} ${id}`, group, label: id, to: `${path}/${encodeURIComponent(id)}` };
}
