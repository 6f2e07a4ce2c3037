import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Fleet } from '../fleet/fleet.service.js';
import type { Selector } from '../fleet/selector.js';
import { type FieldChange, differences } from '../settings/difference.js';
import type { SettingsPatch } from '../settings/merge-patch.js';
import type { BulkOutcome, OutcomeCounts } from './bulk-operation.js';
import { type Judged, countsOf, judge } from './judgement.js';

/** What would become of one tenant. */
interface SampledTenant {
  readonly tenant_id: string;
  readonly outcome: BulkOutcome;
  readonly detail: string | null;
  readonly changes: readonly FieldChange[];
}

export interface DryRun {
  readonly counts: OutcomeCounts;
  readonly sample: readonly SampledTenant[];
}

const largestSample = 20;

/** Tells what a bulk update would do, and does nothing. */
@Injectable()
export class DryRuns {
  constructor(private readonly fleet: Fleet) {}

  async of(selector: Selector, changes: SettingsPatch): Promise<DryRun> {
    const [classes, commons] = [await this.fleet.classes(selector), await this.fleet.commons()];
    const judged: Judged[] = [];
    for (const one of classes) {
      const affected = { ...one, conflicts: null, previous: null, previous_set_by: null };
      judged.push({ one: affected, verdict: judge(affected, { kind: 'update', changes }, commons) });
      if (judged.length % 100 === 0) await breathe();
    }
    return { counts: countsOf(judged), sample: sampleOf(judged) };
  }
}

/** Of as many classes as there is room for, the same number of tenants each. */
function sampleOf(judged: readonly Judged[]): SampledTenant[] {
  const affected = judged.filter(({ verdict }) => verdict.outcome !== 'unchanged');
  const each = Math.max(1, Math.floor(largestSample / Math.max(1, affected.length)));
  return affected
    .slice(0, largestSample)
    .flatMap((one) => sampled(one, each))
    .slice(0, largestSample);
}

function sampled({ one, verdict }: Judged, count: number): SampledTenant[] {
  const { outcome, detail, settings } = verdict;
  const { override_allowed } = one;
  const changes = differences(one, { settings, override_allowed });
  return one.tenants.slice(0, count).map(({ tenant_id }) => ({ tenant_id, outcome, detail, changes }));
}
