import type { FieldError } from '#kernel';
import type { Catalogue } from './catalogue-reader.js';
import type { Plan } from '#settings';

/** A place where a shared layer names a model. */
export interface ModelReference {
  /** null: the platform's defaults. */
  readonly plan: string | null;
  readonly setting: string;
}

/** What plans and models may say about settings; filled by `config`, which declares them. In the caller's transaction. */
export abstract class PlanRules {
  /** Every fault of the plan's defaults, ceilings, locked settings and models. */
  abstract findPlanErrors(plan: Plan, catalogue: Catalogue): Promise<FieldError[]>;

  /** Where the platform's defaults, or those of one of the plans, name the model. */
  abstract findModelReferences(modelId: string, plans: readonly Plan[]): Promise<ModelReference[]>;
}
