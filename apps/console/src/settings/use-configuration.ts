import { type QueryClient, type UseQueryResult, keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { type TenantScope, useTenantScope } from '../scope/tenant-scope.js';
import type { FieldError } from '../api/problem.js';
import type { SettingsPatch } from '../draft/draft-store.js';
import { type Explained, readExplained } from './explanation.js';
import { type SettingSchema, readSettings } from './setting-schema.js';

/** What the settings are under the tenant's plan. */
export interface SettingsData {
  readonly settings: readonly SettingSchema[];
  /** Changes of this tenant wait for approval. */
  readonly needsApproval: boolean;
}

/** The first part of the keys of everything that a change of the configuration makes old. */
export const configurationKey = ({ key }: TenantScope): readonly string[] => [...key, 'config'];

const newestVersions = new Map<string, number>();

/** A replica that has not heard of this version yet loads it before it answers. */
export function rememberVersion({ tenantId }: Pick<TenantScope, 'tenantId'>, version: number): void {
  newestVersions.set(tenantId, Math.max(version, newestVersions.get(tenantId) ?? 0));
}

/** Reads again whatever a change of a tenant's configuration makes old. */
export function refreshAfterChange(client: QueryClient, { key }: TenantScope): void {
  const keys = [key, ['session'], ['/v1/platform/tenants'], ['/v1/platform/audit']];
  for (const queryKey of keys) void client.invalidateQueries({ queryKey });
}

/** Reads the tenant's configuration with all layers. It is never older than what this page has saved or read. */
export async function readConfiguration(scope: TenantScope): Promise<Explained> {
  const newest = newestVersions.get(scope.tenantId);
  const headers = newest === undefined ? {} : { 'attune-min-config-version': String(newest) };
  const { data } = await scope.call('get', '/v1/config', { query: { include: 'layers' }, headers });
  rememberVersion(scope, data.version);
  return readExplained(data);
}

const explainedKey = (scope: TenantScope): readonly string[] => [...configurationKey(scope), 'layers'];

/** Reads the configuration, and shows it on every screen that has read it before. */
export async function refreshExplained(client: QueryClient, scope: TenantScope): Promise<Explained> {
  const explained = await readConfiguration(scope);
  client.setQueryData(explainedKey(scope), explained);
  return explained;
}

/** The tenant's configuration with all layers. */
export function useExplained(): UseQueryResult<Explained> {
  const scope = useTenantScope();
  return useQuery({
    queryKey: explainedKey(scope),
    queryFn: () => readConfiguration(scope),
  });
}

/** The settings under the tenant's plan, and whether its changes wait for approval. */
export function useSettings(): UseQueryResult<SettingsData> {
  const scope = useTenantScope();
  return useQuery({
    queryKey: [...scope.key, 'config', 'schema'],
    queryFn: async () => {
      const { data } = await scope.call('get', '/v1/config/schema');
      return { settings: readSettings(data.properties), needsApproval: data['x-approval-required'] };
    },
    staleTime: 60_000,
  });
}

const validateAfterMs = 250;

/** What is wrong with a patch. */
export interface Faults {
  /** The former answer until the next one is there. */
  readonly errors: readonly FieldError[];
  /** True if `errors` is the answer for exactly this patch. */
  readonly isKnown: boolean;
  readonly error: unknown;
}

/** The faults of a patch on a version, asked 250 ms after the last change; an empty patch has none. */
export function useFaults(patch: SettingsPatch, version: number): Faults {
  const scope = useTenantScope();
  const text = JSON.stringify(patch);
  const [waited] = useDebouncedValue(text, validateAfterMs);
  const query = useQuery({
    queryKey: [...configurationKey(scope), 'validate', version, waited],
    queryFn: async ({ signal }) => {
      const body = JSON.parse(waited) as never;
      return (await scope.call('post', '/v1/config/validate', { body, signal })).data.errors;
    },
    enabled: scope.refusal === null && waited !== '{}',
    placeholderData: keepPreviousData,
  });
  const isKnown = text === '{}' || (waited === text && query.isSuccess && !query.isPlaceholderData);
  return { errors: text === '{}' ? [] : (query.data ?? []), isKnown, error: query.error };
}
