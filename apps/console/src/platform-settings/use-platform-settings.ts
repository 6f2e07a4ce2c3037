import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../api/client.js';
import { settingProperties } from '../settings/setting-properties.js';
import { type SettingSchema, readSettings } from '../settings/setting-schema.js';

/**
 * All settings without a plan's bounds; the models are those of the catalogue, and what is inherited is the platform's default. Empty
 * until the defaults are there, because an added setting begins with its default.
 */
export function usePlatformSettings(): readonly SettingSchema[] {
  const models = useModelIds();
  const { data: defaults, isPending } = useDefaults();
  return useMemo(() => {
    if (isPending) return [];
    const choices: Record<string, readonly string[]> = {
      model_name: models,
      model_fallback: [...models, 'none'],
    };
    const properties = Object.entries(settingProperties()).map(([name, property]) => [
      name,
      {
        ...property,
        ...(models.length > 0 && choices[name] && { enum: choices[name] }),
        default: defaults?.[name],
      },
    ]);
    return readSettings(Object.fromEntries(properties) as Record<string, object>);
  }, [models, defaults, isPending]);
}

const defaultsPath = '/v1/platform/defaults';

/** The lowest layer of settings. */
export function useDefaults() {
  return useQuery({
    queryKey: [defaultsPath],
    queryFn: async ({ signal }) =>
      (await call('get', defaultsPath, { signal })).data as Readonly<Record<string, unknown>>,
  });
}

const none: readonly string[] = [];

/** The ids of the models that can be chosen. */
export function useModelIds(): readonly string[] {
  const models = useQuery({
    queryKey: ['/v1/platform/models', 'ids'],
    queryFn: async () => {
      const { data } = await call('get', '/v1/platform/models', { query: { limit: 200 } });
      return data.items.filter(({ state }) => state !== 'retired').map(({ id }) => id);
    },
    staleTime: 60_000,
  });
  return models.data ?? none;
}
