import type { OwnSettings } from '../draft/patch.js';
import type { Schema } from '../api/operations.js';

/** The layers from lowest to highest. */
export const layerNames = ['platform', 'plan', 'tenant', 'flag', 'rollout'] as const;
export type LayerName = (typeof layerNames)[number];

/** The value of one layer. */
export interface Layer {
  readonly layer: LayerName;
  readonly value: unknown;
  readonly set_by: string | null;
  readonly at: string | null;
}

/** Why the highest value does not apply, and that value. */
export interface Cap {
  readonly by: string;
  readonly from: unknown;
}

/** Where the values of a configuration come from, as `include=layers` says. */
export interface Explained {
  readonly version: number;
  readonly effective: Readonly<Record<string, unknown>>;
  readonly layers: Readonly<Record<string, readonly Layer[]>>;
  readonly capped: Readonly<Record<string, Cap>>;
  /** What the tenant stores. */
  readonly own: OwnSettings;
  readonly managedByCode: readonly string[];
  readonly isOverrideAllowed: boolean;
}

/** Reads `GET /v1/config?include=layers`. */
export function readExplained(answer: Schema<'ConfigurationResponse'>): Explained {
  const layers = (answer.layers ?? {}) as Explained['layers'];
  const own = Object.entries(layers).flatMap(([name, values]) =>
    values.filter(({ layer }) => layer === 'tenant').map(({ value }) => [name, value]),
  );
  return {
    version: answer.version,
    effective: answer as unknown as Explained['effective'],
    layers,
    capped: (answer.capped ?? {}) as Explained['capped'],
    own: Object.fromEntries(own) as OwnSettings,
    managedByCode: answer.managed_by_code,
    isOverrideAllowed: answer.override_allowed,
  };
}

/** The layer whose value applies: a capped value still comes from the layer that set it. */
export function winningLayer(layers: readonly Layer[]): LayerName {
  return layers.at(-1)?.layer ?? 'platform';
}

/** The layer that would show through without the tenant's own value. */
export function layerBelowTenant(layers: readonly Layer[]): LayerName {
  return layers.findLast(({ layer }) => layer === 'platform' || layer === 'plan')?.layer ?? 'platform';
}

/** The layer above the tenant that hides the tenant's own value. */
export function layerAboveTenant(layers: readonly Layer[]): LayerName | null {
  return layers.findLast(({ layer }) => layer === 'flag' || layer === 'rollout')?.layer ?? null;
}

/** The settings of a patch whose stored value the platform has set: a tenant that changes one turns its lock on. */
export function platformSetSettings(
  { layers }: Pick<Explained, 'layers'>,
  names: readonly string[],
): string[] {
  return names.filter((name) =>
    (layers[name] ?? []).some(({ layer, set_by: by }) => layer === 'tenant' && by === 'platform_admin'),
  );
}
