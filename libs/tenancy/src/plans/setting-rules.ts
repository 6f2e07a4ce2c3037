import type { Fault } from '#kernel';
import type { Plan } from './plan.js';

/** What a plan may say about settings; filled by `config`, which declares them. */
export abstract class SettingRules {
  /** Every fault of the plan's defaults, ceilings, locked settings and models. */
  abstract planFaults(plan: Plan): Promise<Fault[]>;
}
