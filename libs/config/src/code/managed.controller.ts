import { Body, Controller, Put, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, Problems } from '#http';
import { InvalidInputError } from '#kernel';
import { Access } from '#tenancy';
import type { FastifyReply } from 'fastify';
import type { AcceptedVersions } from '../change/version-check.js';
import { type ChangeOrder, Order } from '../http/change-order.js';
import { sendOutcome } from '../http/answer-configuration.js';
import { ChangeRequestAnswer } from '../requests/change-request.request.js';
import { ApplyFile } from './apply-file.service.js';
import { ManagedRequest } from './managed.request.js';
import { ManagedAnswer } from './managed.response.js';
import { type FileOrder, PlanFile, type PlannedFile } from './plan-file.service.js';

/** Configuration as code: what `attune plan` and `attune apply` use (SPEC §5.3). */
@ApiTags('platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/managed')
export class ManagedController {
  constructor(
    private readonly plans: PlanFile,
    private readonly files: ApplyFile,
  ) {}

  @Put()
  @Access('platform_admin')
  @ApiOperation({ summary: 'Make the settings what a file says, or with dry_run only say what would change' })
  @Answer(200, ManagedAnswer)
  @Answer(202, ChangeRequestAnswer, { description: 'Waits for approval; Location names the change request' })
  @Problems('not-found', 'version-mismatch', 'concurrent-update', 'override-not-allowed')
  async put(
    @Order() { tenantId, author, accepted }: ChangeOrder,
    @Body() body: ManagedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const order = { ...orderOf(body, accepted), tenantId };
    if (body.dry_run === true) {
      reply.send(answerOf(await this.plans.plan(order)));
      return;
    }
    const { source, reason = null, force = false } = body;
    const { planned, outcome } = await this.files.apply({ ...order, author, source, reason, force });
    if ('request' in outcome) sendOutcome(reply, outcome);
    else reply.send(answerOf(planned, outcome.configuration.version));
  }
}

/** @throws InvalidInputError when the version is missing that a change is to be made on. */
function orderOf(body: ManagedRequest, accepted: AcceptedVersions): Omit<FileOrder, 'tenantId'> {
  const {
    settings,
    base_version: base,
    dry_run: isDry = false,
    exported_version: exportedVersion = null,
  } = body;
  if (base === undefined && !isDry) {
    const message = 'base_version is required: the version that the plan was made on.';
    throw new InvalidInputError([{ field: 'base_version', rule: 'required', message }]);
  }
  return { settings, exportedVersion, accepted: base === undefined ? accepted : both(accepted, base) };
}

/** What `If-Match` and `base_version` both accept. */
function both(accepted: AcceptedVersions, base: number): AcceptedVersions {
  return accepted === null ? [base] : accepted.filter((version) => version === base);
}

/** @param made The version after the change; null where nothing was to be changed. */
function answerOf({ parts, plan }: PlannedFile, made: number | null = null): ManagedAnswer {
  const { stored, tenant } = parts;
  const wouldChange = plan.diff.length + plan.takenOver.length + plan.released.length > 0;
  return {
    tenant_id: stored.tenant_id,
    version: made ?? stored.version,
    dry_run: made === null,
    changed: made === null ? wouldChange : made !== stored.version,
    diff: plan.diff,
    drift: plan.drift,
    taken_over: plan.takenOver,
    released: plan.released,
    override_allowed: stored.override_allowed,
    approval_required: tenant.approval_required,
  };
}
