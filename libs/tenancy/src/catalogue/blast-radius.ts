import type { Model, Plan } from '#settings';

/** What a change of something that many tenants share would do to them (specification §5.2). */
export interface BlastRadiusReport {
  /** Tenants that the thing concerns: those of the plan, those on the model, or all. */
  readonly matched: number;
  /** Those of them whose resolved settings would differ. */
  readonly changed: number;
  /** At most 20 of them. Tenants on a model are shown also where nothing changes for them. */
  readonly sample: readonly TenantDifference[];
}

export interface TenantDifference {
  readonly tenant_id: string;
  readonly changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
}

/**
 * Looks at every tenant before a plan or a model changes; filled by `config`, which resolves settings. Flags and rollouts lie
 * over what is compared here and are left out. Not to be asked inside of a transaction.
 */
export abstract class BlastRadius {
  /** If this plan stood in the place of the one with its id. */
  abstract previewPlan(plan: Plan): Promise<BlastRadiusReport>;

  /** If this model stood in the catalogue, in the place of the one with its id. */
  abstract previewModel(model: Model): Promise<BlastRadiusReport>;
}
