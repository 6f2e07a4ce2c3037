import { Body, Controller, Put, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, ApiProblems, Access } from '#http';
import { InvalidInputError } from '#kernel';
import type { FastifyReply } from 'fastify';
import type { AcceptedVersions } from '../change/version-check.js';
import { type ChangeContext, CurrentChangeContext } from '../change/change-context.js';
import { sendPendingChange } from '../approvals/send-pending-change.js';
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
  @ApiOperation({ summary: 'Make the settings what a file says, or with dry_run only say what would change' })
  @ApiAnswer(200, ManagedResponse)
  @ApiAnswer(202, ChangeRequestResponse, {
    description: 'Waits for approval; Location names the change request',
  })
  @ApiProblems('not-found', 'version-mismatch', 'concurrent-update', 'override-not-allowed')
  async put(
    @CurrentChangeContext() { tenantId, author, acceptedVersions }: ChangeContext,
    @Body() body: ManagedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const input = { ...toFileInput(body, acceptedVersions), tenantId };
    if (body.dry_run === true) {
      reply.send(toResponse(await this.previews.preview(input)));
      return;
    }
    const { source, reason = null, force = false } = body;
    const { preview, outcome } = await this.files.apply({ ...input, author, source, reason, force });
    if ('request' in outcome) sendPendingChange(reply, outcome.request);
    else reply.send(toResponse(preview, outcome.configuration.version));
  }
}

/** @throws InvalidInputError when the version is missing that a change is to be made on. */
function toFileInput(
  body: ManagedRequest,
  acceptedVersions: AcceptedVersions,
): Omit<ManagedFileInput, 'tenantId'> {
  const {
    settings,
    base_version: baseVersion,
    dry_run: isDryRun = false,
    exported_version: exportedVersion = null,
  } = body;
  if (baseVersion === undefined && !isDryRun) {
    const message = 'base_version is required: the version that the plan was made on.';
    throw new InvalidInputError([{ field: 'base_version', rule: 'required', message }]);
  }
  return {
    settings,
    exportedVersion,
    acceptedVersions:
      baseVersion === undefined ? acceptedVersions : intersectVersions(acceptedVersions, baseVersion),
  };
}

/** What `If-Match` and `base_version` both accept. */
function intersectVersions(acceptedVersions: AcceptedVersions, base: number): AcceptedVersions {
  return acceptedVersions === null ? [base] : acceptedVersions.filter((version) => version === base);
}

/** @param newVersion The version after the change; null where nothing was to be changed. */
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
