import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import { type FieldError, InvalidInputError, TenantNotFoundError } from '#kernel';
import { findLabelErrors, maxLabels, tooManyLabelsError } from '#settings';
import { type IssuedKey, KeysService } from '../keys/keys.service.js';
import type { Tenant } from './tenant.entity.js';
import { type TenantChange, TenantRepository } from './tenant.repository.js';
import { PlanChangeValidator } from './plan-change-validator.js';
import type { TenantChangeRequest, TenantRequest } from './tenant.request.js';
import { TenantUpdateQueue, type WaitingTenantUpdate } from './tenant-update-queue.js';

/** The tenant after the change, or the request that now waits for approval. */
export type TenantChangeOutcome = { readonly tenant: Tenant } | { readonly request: WaitingTenantUpdate };

/**
 * Tenants, as platform admins manage them.
 *
 * ```ts
 * const request = { tenant_id: 'acme-law', name: 'Acme Law', plan: 'pro' };
 * const { adminKey } = await tenants.create(request, { actor: 'system', role: 'system' });
 * ```
 */
@Injectable()
export class TenantsService {
  private readonly deletionHooks: ((tenantId: string) => Promise<void>)[] = [];

  constructor(
    private readonly database: Database,
    private readonly repository: TenantRepository,
    private readonly keys: KeysService,
    private readonly planChangeValidator: PlanChangeValidator,
    private readonly queue: TenantUpdateQueue,
  ) {}

  /**
   * Reads the database, not the cache, so that a platform admin sees their own change.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   */
  async get(tenantId: string): Promise<Tenant> {
    const found = await this.database.readAsPlatform(tenantId, () => this.repository.find(tenantId));
    if (!found) throw new TenantNotFoundError();
    return found.value;
  }

  /** @throws InvalidInputError with every error of the plan and the labels that only the handler finds. */
  async assertValid(input: Partial<TenantRequest>): Promise<void> {
    await this.database.readAsPlatform(allTenants, () => this.assertFieldsValid(input));
  }

  /** As `assertValid`, for a change: it may remove labels. */
  async assertValidChange(input: TenantChangeRequest): Promise<void> {
    await this.database.readAsPlatform(allTenants, () => this.assertFieldsValid(input, { mayRemove: true }));
  }

  /**
   * Creates the tenant and its first key in one transaction. A trigger of the database makes the tenant's configuration, version 1
   * without own settings (migration 0003), so that a tenant inserted with SQL has one too.
   *
   * @throws InvalidInputError when there is no such plan, or a label is wrong.
   * @throws ConflictError when the id is in use or was used before.
   */
  create(request: TenantRequest, author: Author): Promise<{ tenant: Tenant; adminKey: IssuedKey }> {
    const { tenant_id: tenantId, approval_required: approval = false, labels = {} } = request;
    const name = request.admin_key_name ?? 'first admin key';
    const work = async (): Promise<{ tenant: Tenant; adminKey: IssuedKey }> => {
      await this.assertFieldsValid(request);
      const newTenant = { ...request, approval_required: approval, labels };
      const { value: tenant } = await this.repository.insert(newTenant);
      const keyInput = { name, role: 'tenant_admin', expires_at: null } as const;
      const adminKey = await this.keys.issue(tenantId, keyInput, author.actor);
      return { tenant, adminKey };
    };
    return this.database.asPlatform(tenantId, work, author);
  }

  /**
   * Changes the given fields. That a tenant's changes need no approval any more needs approval itself: it becomes a request, and the
   * tenant stays as it is (specification §3.8).
   *
   * @throws TenantNotFoundError when there is no such tenant.
   * @throws InvalidInputError when there is no such plan, a label is wrong, or `approval_required: false` comes with other fields.
   * @throws ConflictError when the new plan does not allow the tenant's own settings and `accept_clamping` is not true.
   */
  change(
    tenantId: string,
    { accept_clamping: isClampingAccepted = false, ...change }: TenantChangeRequest,
    author: Author,
  ): Promise<TenantChangeOutcome> {
    const work = async (): Promise<TenantChangeOutcome> => {
      await this.assertFieldsValid(change, { mayRemove: true });
      if (change.approval_required === false && (await this.repository.lock(tenantId))?.approval_required) {
        assertNothingElse(change);
        return { request: await this.queue.openApprovalOff(tenantId, author) };
      }
      if (change.plan !== undefined)
        await this.planChangeValidator.assertAllowed(tenantId, change.plan, isClampingAccepted);
      const changed = await this.repository.update(tenantId, change);
      if (!changed) throw new TenantNotFoundError();
      assertFewLabels(changed.value);
      return { tenant: changed.value };
    };
    return this.database.asPlatform(tenantId, work, author);
  }

  /**
   * Lets the tenant's configuration change without approval from now on. In the caller's transaction, in which the request for it is
   * approved. False when that is so already.
   */
  async turnApprovalOff(tenantId: string): Promise<boolean> {
    if (!(await this.repository.lock(tenantId))?.approval_required) return false;
    await this.repository.update(tenantId, { approval_required: false });
    return true;
  }

  /** Runs the hook in the transaction of every deletion, for tenant data outside the database. If it throws, nothing is deleted. */
  onDelete(hook: (tenantId: string) => Promise<void>): void {
    this.deletionHooks.push(hook);
  }

  /**
   * Deletes the tenant with all its data; its id cannot be used again.
   *
   * @throws TenantNotFoundError when there is no such tenant.
   */
  async delete(tenantId: string, author: Author): Promise<void> {
    const work = async (): Promise<void> => {
      if (!(await this.repository.delete(tenantId))) throw new TenantNotFoundError();
      for (const hook of this.deletionHooks) await hook(tenantId);
    };
    await this.database.asPlatform(tenantId, work, author);
  }

  private async assertFieldsValid(
    { plan, labels = {} }: TenantChangeRequest,
    options?: { readonly mayRemove: boolean },
  ): Promise<void> {
    const errors: FieldError[] = [
      ...(plan === undefined ? [] : await this.planChangeValidator.findPlanErrors(plan)),
      ...findLabelErrors(labels, options),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

/** A change keeps the labels that it does not name, so only the result shows how many there are. */
function assertFewLabels({ labels }: Tenant): void {
  if (Object.keys(labels).length > maxLabels) throw new InvalidInputError([tooManyLabelsError()]);
}

/** Only one field waits for approval, so other fields in the same request would change at once and this one later. */
function assertNothingElse({ approval_required: _approval, ...others }: TenantChange): void {
  if (Object.keys(others).length === 0) return;
  const message =
    'Turning approval_required off waits for the approval of another platform admin; send it without other fields.';
  throw new InvalidInputError([{ field: 'approval_required', rule: 'combination', message, value: false }]);
}
