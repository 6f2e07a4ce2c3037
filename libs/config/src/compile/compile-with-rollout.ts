import { matchesSelector, resolveSettings } from '#settings';
import {
  type CompiledConfiguration,
  type ConfigurationInputs,
  compileConfiguration,
  toLayers,
} from './compiled-configuration.js';
import { type Arm, assignArm } from './rollout-arm.js';
import type { RunningRollout } from './rollout.js';
import { evaluateEligibility } from './rollout-eligibility.js';

/** Compiles the inputs under the rollout that applies to the tenant. At most one running rollout applies to a tenant. */
export function compileWithRollout(
  inputs: ConfigurationInputs,
  runningRollouts: readonly RunningRollout[],
): CompiledConfiguration {
  const rollout = runningRollouts.length === 0 ? undefined : findApplicableRollout(inputs, runningRollouts);
  if (rollout === undefined) return compileConfiguration(inputs);
  if (rollout.unit === 'tenant') {
    const arm = assignArm(rollout, inputs.tenant.tenant_id);
    return compileArm(inputs, rollout, arm);
  }
  const arms = {
    control: compileArm(inputs, rollout, 'control'),
    treatment: compileArm(inputs, rollout, 'treatment'),
  };
  return { ...compileConfiguration(inputs), querySplit: { rollout, arms } };
}

/** The configuration that answers a query of this subject. */
export function configurationForSubject(
  configuration: CompiledConfiguration,
  subject: string,
): CompiledConfiguration {
  const { querySplit: split } = configuration;
  return split === null
    ? configuration
    : split.arms[assignArm(split.rollout, configuration.tenantId, subject)];
}

function findApplicableRollout(
  inputs: ConfigurationInputs,
  runningRollouts: readonly RunningRollout[],
): RunningRollout | undefined {
  const { tenant, stored, overlays } = inputs;
  const layers = toLayers(inputs);
  const selectable = {
    tenantId: tenant.tenant_id,
    plan: tenant.plan,
    labels: tenant.labels,
    settings: resolveSettings(layers).settings,
  };
  const candidate = {
    layers: { ...layers, overlays },
    override_allowed: stored.override_allowed,
    approval_required: tenant.approval_required,
  };
  return runningRollouts.find(
    ({ selector, changes }) =>
      matchesSelector(selector, selectable) && evaluateEligibility(changes, candidate) === 'eligible',
  );
}

function compileArm(
  inputs: ConfigurationInputs,
  { id, step, changes }: RunningRollout,
  arm: Arm,
): CompiledConfiguration {
  const overlays = arm === 'treatment' ? { ...inputs.overlays, rollout: changes } : inputs.overlays;
  return { ...compileConfiguration({ ...inputs, overlays }), rollout: { id, step, arm } };
}
