import { Injectable } from '@nestjs/common';
import { isJsonEqual } from '#kernel';
import type { Principal } from '#tenancy';
import type { ChangeCommand, NextConfiguration, ChangeOutcome } from '../change/change.js';
import { ChangePipeline } from '../change/change-pipeline.js';
import { assertOverrideAllowed } from '../change/permissions.js';
import type { ChangeRequest } from '../change/change-request.js';
import { ChangeRequestsService } from '../approvals/change-requests.service.js';
import { type FieldChange, isSettingName } from '#settings';
import { type ManagedFileInput, PreviewFileService, type FilePreview } from './preview-file.service.js';

export interface ApplyFileCommand extends ManagedFileInput {
  readonly author: Principal;
  /** Where the file comes from: what the history gives as the reason. */
  readonly source: string;
  readonly reason: string | null;
  /** Also where the tenant has turned `override_allowed` off, and without waiting for approval. */
  readonly force: boolean;
}

export interface AppliedFile {
  readonly preview: FilePreview;
  readonly outcome: ChangeOutcome;
}

const maxReasonLength = 500;
const maxComparedRequests = 200;

/**
 * Makes a tenant's settings what its file says (specification §5.3), through the door that every change takes. Applied twice, it changes
 * nothing the second time.
 */
@Injectable()
export class ApplyFileService {
  constructor(
    private readonly pipeline: ChangePipeline,
    private readonly previews: PreviewFileService,
    private readonly requests: ChangeRequestsService,
  ) {}

  /** @throws What `PreviewFileService.plan` and `ChangePipeline.make` throw, and DomainError `override-not-allowed`. */
  async apply(command: ApplyFileCommand): Promise<AppliedFile> {
    const captured: { planned?: FilePreview; request?: ChangeRequest | null } = {};
    const outcome = await this.pipeline.run(toChangeCommand(command), async (inputs) => {
      const planned = await this.previews.previewOn(inputs, command);
      captured.planned = planned;
      captured.request = needsApproval(planned, command) ? await this.findPendingRequest(planned) : null;
      return captured.request ? unchangedConfiguration(planned) : buildNext(planned, command);
    });
    return {
      preview: captured.planned!,
      outcome: captured.request ? { request: captured.request } : outcome,
    };
  }

  /** The request of an earlier apply that would do the same: run again, an apply asks no second time. */
  private async findPendingRequest({ inputs, fileDiff }: FilePreview): Promise<ChangeRequest | null> {
    const { tenant_id: tenantId, version } = inputs.stored;
    const pending = {
      limit: maxComparedRequests,
      cursor: undefined,
      state: 'pending',
      tenantId,
      bulkId: null,
    } as const;
    const { items } = await this.requests.listAll(pending);
    const expectedDiff = fileDiff.diff.map(({ field, from, to }) => ({ field, from, to }));
    const isSame = ({ kind, base_version, diff }: ChangeRequest): boolean =>
      kind === 'apply' &&
      base_version === version &&
      isJsonEqual(sortByField(diff), sortByField(expectedDiff));
    return items.find(isSame) ?? null;
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

/** What nothing has to wait for is made, or refused, at once. */
function needsApproval({ inputs, fileDiff }: FilePreview, { force }: ApplyFileCommand): boolean {
  return inputs.tenant.approval_required && !force && fileDiff.diff.length > 0;
}

function buildNext(preview: FilePreview, command: ApplyFileCommand): NextConfiguration {
  const { inputs, fileDiff } = preview;
  const names = Object.keys(command.settings).filter(isSettingName);
  const changesOwners = changesOwnership(preview, command);
  if (fileDiff.diff.length > 0 || changesOwners)
    assertOverrideAllowed(inputs.stored, 'platform_admin', command.force);
  return { ...unchangedConfiguration(preview), settings: fileDiff.settings, file: { names, changesOwners } };
}

/** Approval is of values: where nothing but the owner would change, there is nothing to show to whoever decides. */
function changesOwnership({ inputs, fileDiff }: FilePreview, { force }: ApplyFileCommand): boolean {
  const isAny = fileDiff.takenOver.length + fileDiff.released.length > 0;
  return isAny && (fileDiff.diff.length > 0 || force || !inputs.tenant.approval_required);
}

function unchangedConfiguration({ inputs: { stored } }: FilePreview): NextConfiguration {
  const { settings, override_allowed } = stored;
  return { settings, override_allowed, action: 'apply', fromVersion: null };
}

function sortByField(diff: readonly FieldChange[]): readonly FieldChange[] {
  return diff.toSorted((a, b) => (a.field < b.field ? -1 : 1));
}

function buildReason({ source, reason }: Pick<ApplyFileCommand, 'source' | 'reason'>): string {
  const text = reason === null ? source : `${reason} (${source})`;
  return Array.from(text).slice(0, maxReasonLength).join('');
}
