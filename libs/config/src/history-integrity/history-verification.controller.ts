import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, Access } from '#http';
import { integrityViolationMessages } from './history-integrity.repository.js';
import { HistoryIntegrityService, type VerificationResult } from './history-integrity.service.js';
import { HistoryVerificationResponse } from './history-verification.response.js';

@ApiTags('platform: audit')
@ApiBearerAuth()
@Controller('v1/platform/audit/verify')
export class HistoryVerificationController {
  private running: Promise<VerificationResult> | null = null;

  constructor(private readonly integrity: HistoryIntegrityService) {}

  /** Requests during a verification share its result, because it reads every entry. */
  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'Check the hash chain of every history' })
  @ApiAnswer(200, HistoryVerificationResponse)
  async verify(): Promise<HistoryVerificationResponse> {
    this.running ??= this.integrity.verify().finally(() => (this.running = null));
    return toResponse(await this.running);
  }
}

function toResponse({ tenants, entries, broken }: VerificationResult): HistoryVerificationResponse {
  const first = broken && { ...broken, message: integrityViolationMessages[broken.fault] };
  return { ok: broken === null, tenants, entries, first_broken: first };
}
