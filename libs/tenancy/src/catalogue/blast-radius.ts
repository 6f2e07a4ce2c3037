import type { Page } from '#http';
import type { Model, Plan } from '#settings';

/** The effect on tenants of a change to a plan, a model or the platform's defaults (specification §5.2). */
export interface BlastRadiusReport {
  /** Tenants on the plan or the model; all tenants for the platform's defaults. */
  readonly matched: number;
  /** Those of them whose resolved settings would change. */
  readonly changed: number;
  /** Those of the matched whose queries no model would answer after the change: no key, or no address that may be reached. */
  readonly failing: number;
  /** Those of the tenants whose own changes need approval. A change of a shared layer does not ask for it. */
  readonly approval_required: ApprovalBoundTenants;
  /** At most 20 of them. The sample of a model includes tenants for which nothing changes. */
  readonly sample: readonly TenantDifference[];
  /** A page of all tenants that the sample is taken from, in the order of their ids; only where one was asked for. */
  readonly page?: Page<TenantDifference>;
}

/** A part of all tenants of a preview: at most `limit`, after the id `after`. */
export interface PreviewPage {
  readonly after: string | null;
  readonly limit: number;
}

/** The approval-bound tenants of a report. */
interface ApprovalBoundTenants {
  /** Those whose resolved settings would change. */
  readonly changed: number;
  /** At most 20 of them. */
  readonly sample: readonly TenantDifference[];
}

/** The resolved settings of one tenant that would change. */
export interface TenantDifference {
  readonly tenant_id: string;
  readonly changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
}

/**
 * Port: computes the effect of a change on every tenant before the change is made. `operations` implements it, because it
 * resolves settings. Feature flags and rollouts are not part of the comparison. Do not call it inside a transaction.
 *
 * ```ts
 * class NoEffect extends BlastRadius {
 *   private readonly none = { changed: 0, sample: [] };
 *   previewPlan = async (): Promise<BlastRadiusReport> => ({ matched: 0, failing: 0, approval_required: this.none, ...this.none });
 *   previewModel = this.previewPlan;
 * }
 * ```
 */
export abstract class BlastRadius {
  /** The effect of replacing the plan that has this id, or of creating it. */
  abstract previewPlan(plan: Plan, page?: PreviewPage | null): Promise<BlastRadiusReport>;

  /** The effect of replacing the model that has this id, or of adding it. */
  abstract previewModel(model: Model, page?: PreviewPage | null): Promise<BlastRadiusReport>;
}
