import { Body, Controller, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  type Accepted,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  type ValidInput,
  authorAndTenantOf,
} from '#http';
import { type FieldError, InvalidInputError } from '#kernel';
import { NeedsRecentSignIn, isForced } from '#tenancy';
import type { AcceptedVersions } from '../change/version-conflicts.js';
import { type ChangeContext, CurrentChangeContext } from '../change/change-context.js';
import { acceptedChangeRequest } from '../approvals/accepted-change-request.js';
import type { ChangeRequest } from '../change/change-request.js';
import { ChangeRequestResponse } from '../approvals/change-request.request.js';
import { ApplyFileService } from './apply-file.service.js';
import { ManagedRequest } from './managed.request.js';
import { ManagedResponse } from './managed.response.js';
import { type ManagedFileInput, PreviewFileService, type FilePreview } from './preview-file.service.js';

/** Configuration as code: what `attune plan` and `attune apply` use (specification §5.3). */
@ApiTags('platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/managed')
export class ManagedController {
  constructor(
    private readonly previews: PreviewFileService,
    private readonly files: ApplyFileService,
  ) {}

  @Put()
  @Access('platform_admin')
  @NeedsRecentSignIn(isForced)
  @AlsoCheck((controller: ManagedController, { body, request }: ValidInput<ManagedRequest>) =>
    controller.assertValid(authorAndTenantOf(request).tenantId, body),
  )
  @ApiOperation({ summary: 'Apply a file of settings, or with dry_run only show what would change' })
  @ApiAnswer(200, ManagedResponse)
  @ApiAnswer(202, ChangeRequestResponse, {
    description: 'Waits for approval; Location names the change request',
  })
  @ApiProblems('not-found', 'version-mismatch', 'concurrent-update', 'override-not-allowed')
  async put(
    @CurrentChangeContext() { tenantId, author, acceptedVersions }: ChangeContext,
    @Body() body: ManagedRequest,
  ): Promise<ManagedResponse | Accepted<ChangeRequest>> {
    if (body.base_version === undefined && body.dry_run !== true) await this.assertValid(tenantId, body);
    const input = { ...toFileInput(body, acceptedVersions), tenantId };
    if (body.dry_run === true) return toResponse(await this.previews.preview(input));
    const { source, reason = null, force = false } = body;
    const { preview, outcome } = await this.files.apply({ ...input, author, source, reason, force });
    return 'request' in outcome
      ? acceptedChangeRequest(outcome.request, author)
      : toResponse(preview, outcome.configuration.version);
  }

  /** @throws InvalidInputError with the errors of the settings, and one when `base_version` is missing and the request is no dry run. */
  private async assertValid(
    tenantId: string,
    { settings = {}, base_version: baseVersion, dry_run: isDryRun = false }: Partial<ManagedRequest>,
  ): Promise<void> {
    const errors = [
      ...(baseVersion === undefined && !isDryRun ? [baseVersionRequiredError()] : []),
      ...(await this.previews.findErrors({
        tenantId,
        settings,
        exportedVersion: null,
        acceptedVersions: null,
      })),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
  }
}

function baseVersionRequiredError(): FieldError {
  const message = 'base_version is required: the version that the dry run was made on.';
  return { field: 'base_version', rule: 'required', message };
}

function toFileInput(
  body: ManagedRequest,
  acceptedVersions: AcceptedVersions,
): Omit<ManagedFileInput, 'tenantId'> {
  const { settings, base_version: baseVersion, exported_version: exportedVersion = null } = body;
  return {
    settings,
    exportedVersion,
    acceptedVersions:
      baseVersion === undefined ? acceptedVersions : intersectVersions(acceptedVersions, baseVersion),
  };
}

/** The versions that both `If-Match` and `base_version` accept. */
function intersectVersions(acceptedVersions: AcceptedVersions, base: number): AcceptedVersions {
  return acceptedVersions === null ? [base] : acceptedVersions.filter((version) => version === base);
}

/** @param newVersion The version after the change; null for a dry run. */
function toResponse({ inputs, fileDiff }: FilePreview, newVersion: number | null = null): ManagedResponse {
  const { stored, tenant } = inputs;
  const wouldChange = fileDiff.diff.length + fileDiff.takenOver.length + fileDiff.released.length > 0;
  return {
    tenant_id: stored.tenant_id,
    version: newVersion ?? stored.version,
    dry_run: newVersion === null,
    changed: newVersion === null ? wouldChange : newVersion !== stored.version,
    diff: fileDiff.diff,
    drift: fileDiff.drift,
    taken_over: fileDiff.takenOver,
    released: fileDiff.released,
    override_allowed: stored.override_allowed,
    approval_required: tenant.approval_required,
  };
}
