import { Injectable } from '@nestjs/common';
import { isJsonEqual } from '#kernel';
import type { Principal } from '#http';
import type { ChangeCommand, NextConfiguration, ChangeOutcome } from '../change/change.js';
import { ChangePipeline } from '../change/change-pipeline.js';
import { ChangeMetrics } from '../rate-limits/change-metrics.js';
import { assertOverrideAllowed } from '../change/permissions.js';
import type { ChangeRequest } from '../change/change-request.js';
import { ChangeRequestsService } from '../approvals/change-requests.service.js';
import { type FieldChange, isSettingName } from '#settings';
import { type ManagedFileInput, PreviewFileService, type FilePreview } from './preview-file.service.js';

export interface ApplyFileCommand extends ManagedFileInput {
  readonly author: Principal;
  /** Where the file comes from, such as its path. The history shows it as the reason. */
  readonly source: string;
  readonly reason: string | null;
  /** Changes the settings also where `override_allowed` is off, and without approval. */
  readonly force: boolean;
}

export interface AppliedFile {
  readonly preview: FilePreview;
  readonly outcome: ChangeOutcome;
}

const maxReasonLength = 500;
const maxComparedRequests = 200;

/** Makes a tenant's settings what its file says (specification §5.3). Applying the same file twice changes nothing the second time. */
@Injectable()
export class ApplyFileService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly previews: PreviewFileService,
    private readonly requests: ChangeRequestsService,
    private readonly metrics: ChangeMetrics,
  ) {}

  /**
   * @throws OverrideNotAllowedError when the tenant has turned `override_allowed` off, without `force`.
   * @throws What `PreviewFileService.previewOn` and `ChangePipeline` throw.
   */
  apply(command: ApplyFileCommand): Promise<AppliedFile> {
    return this.metrics.countRefusals(command.tenantId, async () => {
      const draft = await this.pipeline.open(toChangeCommand(command));
      const preview = await this.previews.previewOn(draft.inputs, command);
      const request = needsApproval(preview, command) ? await this.findPendingRequest(preview) : null;
      const outcome = request ? { request } : await this.pipeline.commit(draft, buildNext(preview, command));
      return { preview, outcome };
    });
  }

  /** A pending request that would do the same: a repeated apply does not create a second one. */
  private async findPendingRequest({ inputs, fileDiff }: FilePreview): Promise<ChangeRequest | null> {
    const { tenant_id: tenantId, version } = inputs.stored;
    const pending = await this.requests.findPending(tenantId, maxComparedRequests);
    const expectedDiff = fileDiff.diff.map(({ field, from, to }) => ({ field, from, to }));
    const isSame = ({ kind, base_version, diff }: ChangeRequest): boolean =>
      kind === 'apply' &&
      base_version === version &&
      isJsonEqual(sortByField(diff), sortByField(expectedDiff));
    return pending.find(isSame) ?? null;
  }
}

function toChangeCommand({
  tenantId,
  author,
  acceptedVersions,
  force,
  ...rest
}: ApplyFileCommand): ChangeCommand {
  return { tenantId, author, acceptedVersions, force, reason: buildReason(rest), gate: false, setBy: 'code' };
}

function needsApproval({ inputs, fileDiff }: FilePreview, { force }: ApplyFileCommand): boolean {
  return inputs.tenant.approval_required && !force && fileDiff.diff.length > 0;
}

function buildNext(preview: FilePreview, command: ApplyFileCommand): NextConfiguration {
  const { inputs, fileDiff } = preview;
  const names = Object.keys(command.settings).filter(isSettingName);
  const changesOwners = changesOwnership(preview, command);
  if (fileDiff.diff.length > 0 || changesOwners)
    assertOverrideAllowed(inputs.stored, 'platform_admin', command.force);
  const { settings } = fileDiff;
  const { override_allowed } = inputs.stored;
  return { settings, override_allowed, action: 'apply', fromVersion: null, file: { names, changesOwners } };
}

/** An approver decides on values. Where approval is required, a change of nothing but the owner is left out. */
function changesOwnership({ inputs, fileDiff }: FilePreview, { force }: ApplyFileCommand): boolean {
  const isAny = fileDiff.takenOver.length + fileDiff.released.length > 0;
  return isAny && (fileDiff.diff.length > 0 || force || !inputs.tenant.approval_required);
}

function sortByField(diff: readonly FieldChange[]): readonly FieldChange[] {
  return diff.toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

function buildReason({ source, reason }: Pick<ApplyFileCommand, 'source' | 'reason'>): string {
  const text = reason === null ? source : `${reason} (${source})`;
  return Array.from(text).slice(0, maxReasonLength).join('');
}
