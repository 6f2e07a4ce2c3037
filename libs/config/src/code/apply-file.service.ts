import { Injectable } from '@nestjs/common';
import { sameJson } from '#kernel';
import type { Principal } from '#tenancy';
import type { Change, Next, Outcome } from '../change/change.js';
import { ChangeConfiguration } from '../change/change-configuration.service.js';
import { checkOverride } from '../change/permissions.js';
import type { ChangeRequest } from '../requests/change-request.js';
import { ChangeRequests } from '../requests/change-requests.service.js';
import type { FieldChange } from '../settings/difference.js';
import { isSettingName } from '../settings/tenant-settings.js';
import { type FileOrder, PlanFile, type PlannedFile } from './plan-file.service.js';

export interface ApplyOrder extends FileOrder {
  readonly author: Principal;
  /** Where the file comes from: what the history gives as the reason. */
  readonly source: string;
  readonly reason: string | null;
  /** Also where the tenant has turned `override_allowed` off, and without waiting for approval. */
  readonly force: boolean;
}

export interface AppliedFile {
  readonly planned: PlannedFile;
  readonly outcome: Outcome;
}

const longestReason = 500;
const mostLooked = 200;

/**
 * Makes a tenant's settings what its file says (SPEC §5.3), through the door that every change takes. Applied twice, it changes
 * nothing the second time.
 */
@Injectable()
export class ApplyFile {
  constructor(
    private readonly changes: ChangeConfiguration,
    private readonly plans: PlanFile,
    private readonly requests: ChangeRequests,
  ) {}

  /** @throws What `PlanFile.plan` and `ChangeConfiguration.make` throw, and DomainError `override-not-allowed`. */
  async apply(order: ApplyOrder): Promise<AppliedFile> {
    const found: { planned?: PlannedFile; request?: ChangeRequest | null } = {};
    const outcome = await this.changes.make(changeOf(order), async (parts) => {
      const planned = await this.plans.planOn(parts, order);
      found.planned = planned;
      found.request = isWaitingFor(planned, order) ? await this.waiting(planned) : null;
      return found.request ? asItIs(planned) : next(planned, order);
    });
    return { planned: found.planned!, outcome: found.request ? { request: found.request } : outcome };
  }

  /** The request of an earlier apply that would do the same: run again, an apply asks no second time. */
  private async waiting({ parts, plan }: PlannedFile): Promise<ChangeRequest | null> {
    const { tenant_id: tenantId, version } = parts.stored;
    const pending = {
      limit: mostLooked,
      cursor: undefined,
      state: 'pending',
      tenantId,
      bulkId: null,
    } as const;
    const { items } = await this.requests.listAll(pending);
    const wanted = plan.diff.map(({ field, from, to }) => ({ field, from, to }));
    const isSame = ({ kind, base_version, diff }: ChangeRequest): boolean =>
      kind === 'apply' && base_version === version && sameJson(sorted(diff), sorted(wanted));
    return items.find(isSame) ?? null;
  }
}

function changeOf({ tenantId, author, accepted, force, ...order }: ApplyOrder): Change {
  return { tenantId, author, accepted, force, reason: reasonOf(order), gate: false, setBy: 'code' };
}

/** What nothing has to wait for is made, or refused, at once. */
function isWaitingFor({ parts, plan }: PlannedFile, { force }: ApplyOrder): boolean {
  return parts.tenant.approval_required && !force && plan.diff.length > 0;
}

function next(planned: PlannedFile, order: ApplyOrder): Next {
  const { parts, plan } = planned;
  const names = Object.keys(order.settings).filter(isSettingName);
  const changesOwners = ownersChange(planned, order);
  if (plan.diff.length > 0 || changesOwners) checkOverride(parts.stored, 'platform_admin', order.force);
  return { ...asItIs(planned), settings: plan.settings, file: { names, changesOwners } };
}

/** Approval is of values: where nothing but the owner would change, there is nothing to show to whoever decides. */
function ownersChange({ parts, plan }: PlannedFile, { force }: ApplyOrder): boolean {
  const isAny = plan.takenOver.length + plan.released.length > 0;
  return isAny && (plan.diff.length > 0 || force || !parts.tenant.approval_required);
}

function asItIs({ parts: { stored } }: PlannedFile): Next {
  const { settings, override_allowed } = stored;
  return { settings, override_allowed, action: 'apply', fromVersion: null };
}

function sorted(diff: readonly FieldChange[]): readonly FieldChange[] {
  return diff.toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

function reasonOf({ source, reason }: Pick<ApplyOrder, 'source' | 'reason'>): string {
  const text = reason === null ? source : `${reason} (${source})`;
  return Array.from(text).slice(0, longestReason).join('');
}
