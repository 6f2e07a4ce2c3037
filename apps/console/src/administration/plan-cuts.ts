import type { Schema } from '../api/operations.js';
import { texts } from './administration.texts.js';

/** A setting of the tenant that a plan cuts. */
export interface PlanCut {
  readonly field: string;
  readonly rule: string;
  readonly value?: unknown;
  readonly message: string;
}

type Plan = Pick<Schema<'PlanResponse'>, 'ceilings' | 'allowed_tiers' | 'allowed_models'>;
type Model = Pick<Schema<'ModelResponse'>, 'id' | 'tier'>;

interface PlanMove {
  /** What the tenant stores. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly from: Plan | undefined;
  readonly to: Plan;
  readonly models: readonly Model[];
}

/** The settings that the move would cut and the plan of today does not. The API decides again when the tenant is moved. */
export function planCuts({ own, from, to, models }: PlanMove): PlanCut[] {
  const before = from ? cutsOf(own, from, models).map(({ field }) => field) : [];
  return cutsOf(own, to, models).filter(({ field }) => !before.includes(field));
}

function cutsOf(own: PlanMove['own'], plan: Plan, models: readonly Model[]): PlanCut[] {
  return Object.entries(own).flatMap(([field, value]): PlanCut[] => {
    const ceiling = (plan.ceilings as Readonly<Record<string, number>>)[field];
    if (typeof value === 'number' && ceiling !== undefined && value > ceiling)
      return [{ field, value, rule: 'plan_ceiling', message: texts.plan.atMost(ceiling) }];
    if (isModelSetting(field) && !hasModel(plan, String(value), models))
      return [{ field, value, rule: 'plan_models', message: texts.plan.noModel }];
    return [];
  });
}

const isModelSetting = (field: string): boolean => field === 'model_name' || field === 'model_fallback';

function hasModel(
  { allowed_tiers: tiers, allowed_models: ids }: Plan,
  id: string,
  models: readonly Model[],
): boolean {
  const tier = models.find((model) => model.id === id)?.tier;
  return id === 'none' || ids.includes(id) || tiers.some((allowed) => allowed === tier);
}
