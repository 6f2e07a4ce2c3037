import { Injectable } from '@nestjs/common';
import { type Count, Metrics } from '#telemetry';
import { type Parts, layersOf } from '../read/compiled-configuration.js';
import type { SomeSettings } from '../settings/tenant-settings.js';
import { FeatureFlags } from './feature-flags.js';
import { fittingValues } from './fitting-values.js';

/** The layer of feature flags over a tenant's own settings; asked when a configuration is compiled, never when it is read. */
@Injectable()
export class FlagOverlay {
  private readonly ignored: Count;

  constructor(
    private readonly featureFlags: FeatureFlags,
    metrics: Metrics,
  ) {
    this.ignored = metrics.counter({
      name: 'config_flag_values_ignored_total',
      help: 'Values of feature flags that were out of bounds, of another type, or did not fit the tenant',
      labels: ['flag'],
    });
  }

  /** What the flags set for this tenant; undefined when there is no provider. */
  async over(parts: Omit<Parts, 'overlays' | 'origin'>): Promise<SomeSettings | undefined> {
    const { tenant_id: tenantId, plan } = parts.tenant;
    const found = this.featureFlags.valuesFor(tenantId, plan);
    if (found === null) return undefined;
    const { values, mistyped } = await found;
    const { overlay, ignored } = fittingValues(values, layersOf(parts));
    for (const flag of [...mistyped, ...ignored]) this.ignored.add({ flag });
    return overlay;
  }

  onChange(listener: () => void): void {
    this.featureFlags.onChange(listener);
  }
}
