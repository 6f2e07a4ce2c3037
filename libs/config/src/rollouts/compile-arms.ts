import { matches } from '../fleet/selector.js';
import { type CompiledConfiguration, type Parts, compile, layersOf } from '../read/compiled-configuration.js';
import { resolve } from '../settings/layers.js';
import { type Arm, armOf } from './arm.js';
import type { RunningRollout } from './rollout.js';
import { standingOf } from './standing.js';

/** Compiles the parts under the rollout that the tenant takes part in. No two running rollouts mean the same tenant. */
export function compileArms(parts: Parts, running: readonly RunningRollout[]): CompiledConfiguration {
  const rollout = running.length === 0 ? undefined : participationIn(parts, running);
  if (rollout === undefined) return compile(parts);
  if (rollout.unit === 'tenant') {
    const arm = armOf(rollout, parts.tenant.tenant_id);
    return compileArm(parts, rollout, arm);
  }
  const arms = {
    control: compileArm(parts, rollout, 'control'),
    treatment: compileArm(parts, rollout, 'treatment'),
  };
  return { ...compile(parts), split: { rollout, arms } };
}

/** What a query of this subject is answered under. */
export function configurationFor(
  configuration: CompiledConfiguration,
  subject: string,
): CompiledConfiguration {
  const { split } = configuration;
  return split === null ? configuration : split.arms[armOf(split.rollout, configuration.tenantId, subject)];
}

function participationIn(parts: Parts, running: readonly RunningRollout[]): RunningRollout | undefined {
  const { tenant, stored, overlays } = parts;
  const layers = layersOf(parts);
  const selectable = {
    tenant: tenant.tenant_id,
    plan: tenant.plan,
    settings: resolve(layers).settings,
  };
  const candidate = {
    layers: { ...layers, overlays },
    override_allowed: stored.override_allowed,
    approval_required: tenant.approval_required,
  };
  return running.find(
    ({ selector, changes }) => matches(selector, selectable) && standingOf(changes, candidate) === 'eligible',
  );
}

function compileArm(parts: Parts, { id, step, changes }: RunningRollout, arm: Arm): CompiledConfiguration {
  const overlays = arm === 'treatment' ? { ...parts.overlays, rollout: changes } : parts.overlays;
  return { ...compile({ ...parts, overlays }), rollout: { id, step, arm } };
}
