import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../api/client.js';
import { type SettingSchema, readSettings } from '../settings/setting-schema.js';

/** Put in by the build, from the OpenAPI document. */
declare const SETTING_PROPERTIES: Readonly<Record<string, object>>;

/** All settings without a plan's bounds; the models are those of the catalogue. */
export function usePlatformSettings(): readonly SettingSchema[] {
  const models = useModelIds();
  return useMemo(() => {
    const choices: Record<string, readonly string[]> = {
      model_name: models,
      model_fallback: [...models, 'none'],
    };
    const properties = Object.entries(SETTING_PROPERTIES).map(([name, property]) => [
      name,
      models.length > 0 && choices[name] ? { ...property, enum: choices[name] } : property,
    ]);
    return readSettings(Object.fromEntries(properties) as Record<string, object>);
  }, [models]);
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
