export type TenantStatus = 'active' | 'suspended';

/** A tenant, without its configuration. */
export interface Tenant {
  readonly tenant_id: string;
  readonly name: string;
  readonly plan: string;
  readonly status: TenantStatus;
  readonly approval_required: boolean;
  /** The custom domain, after its DNS record was found. */
  readonly verified_domain: string | null;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}
