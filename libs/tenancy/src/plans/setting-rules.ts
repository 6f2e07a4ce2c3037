import type { Fault } from '#kernel';
import type { Catalogue } from '../catalogue/catalogue-reader.js';
import type { Plan } from './plan.js';

/** A place where a shared layer names a model. */
export interface ModelMention {
  /** null: the platform's defaults. */
  readonly plan: string | null;
  readonly setting: string;
}

/** What plans and models may say about settings; filled by `config`, which declares them. In the caller's transaction. */
export abstract class SettingRules {
  /** Every fault of the plan's defaults, ceilings, locked settings and models. */
  abstract planFaults(plan: Plan, catalogue: Catalogue): Promise<Fault[]>;

  /** Where the platform's defaults, or those of one of the plans, name the model. */
  abstract mentionsOf(modelId: string, plans: readonly Plan[]): Promise<ModelMention[]>;
}
