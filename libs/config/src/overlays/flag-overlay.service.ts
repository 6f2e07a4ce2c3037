import { Injectable } from '@nestjs/common';
import { type CounterMetric, Metrics } from '#telemetry';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import type { PartialSettings } from '#settings';
import { FeatureFlagsService } from './feature-flags.service.js';
import { selectApplicableFlagValues } from './applicable-flag-values.js';

/** The settings that feature flags override. Flags are evaluated when a configuration is compiled, never on a warm read. */
@Injectable()
export class FlagOverlayService {
  private readonly ignoredValues: CounterMetric;

  constructor(
    private readonly featureFlags: FeatureFlagsService,
    metrics: Metrics,
  ) {
    this.ignoredValues = metrics.counter({
      name: 'config_flag_values_ignored_total',
      help: 'Values of feature flags that were ignored: out of bounds, of a wrong type, or not allowed for the tenant',
      labels: ['flag'],
    });
  }

  /** The settings that the flags set for this tenant; undefined when there is no provider. */
  async overlayFor(
    inputs: Omit<ConfigurationInputs, 'overlays' | 'origin'>,
  ): Promise<PartialSettings | undefined> {
    const { tenant_id: tenantId, plan } = inputs.tenant;
    const evaluation = this.featureFlags.evaluateFor(tenantId, plan);
    if (evaluation === null) return undefined;
    const { values, mistyped } = await evaluation;
    const { overlay, ignored } = selectApplicableFlagValues(values, toLayers(inputs));
    for (const flag of [...mistyped, ...ignored]) this.ignoredValues.add({ flag });
    return overlay;
  }

  onChange(listener: () => void): void {
    this.featureFlags.onChange(listener);
  }
}
