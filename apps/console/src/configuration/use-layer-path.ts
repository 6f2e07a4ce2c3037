import { useTenant } from '../administration/use-change-tenant.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import type { Explained, LayerName } from '../settings/explanation.js';

/**
 * Where this person changes the value of a layer of a setting: the plan, the defaults and the rollouts belong to platform admins. Null where
 * the person may not, where no screen does it (a flag), and on the tenant's own layer, whose control is on the same screen.
 */
export function useLayerPath(
  setting: string,
  { layers }: Pick<Explained, 'layers'>,
): (layer: LayerName) => string | null {
  const { tenantId } = useTenantScope();
  const mayChange = usePlatformRefusal() === null;
  const plan = useTenant(tenantId, mayChange).data?.plan;
  const ofPlatform = layers[setting]?.find(({ layer }) => layer === 'platform')?.value;
  const changes = JSON.stringify({ [setting]: ofPlatform });
  const paths: Partial<Record<LayerName, string>> = {
    platform: `/defaults?changes=${encodeURIComponent(changes)}`,
    ...(plan !== undefined && { plan: `/plans/${encodeURIComponent(plan)}` }),
    rollout: '/rollouts',
  };
  return (layer) => (mayChange ? (paths[layer] ?? null) : null);
}
