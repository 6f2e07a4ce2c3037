import type { Author } from '#database';

/** A change request that waits for a decision, as the API shows it. */
export interface WaitingTenantUpdate {
  readonly id: string;
}

/**
 * Port: takes a change of a tenant that needs approval itself: that its configuration changes without approval from now on. `config`
 * implements it, because it stores the change requests.
 *
 * ```ts
 * class NoQueue extends TenantUpdateQueue {
 *   openApprovalOff = (): Promise<WaitingTenantUpdate> => Promise.reject(new Error('no queue'));
 * }
 * ```
 */
export abstract class TenantUpdateQueue {
  /**
   * Stores the request in the caller's transaction; the tenant stays as it is.
   *
   * @throws ConflictError when the tenant has too many pending requests.
   */
  abstract openApprovalOff(tenantId: string, author: Author): Promise<WaitingTenantUpdate>;
}
