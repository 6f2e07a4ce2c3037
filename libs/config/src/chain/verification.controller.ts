import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '#http';
import { Access } from '#tenancy';
import { chainFaults } from './chain-fault.js';
import { HistoryChain, type Verification } from './history-chain.service.js';
import { HistoryVerificationAnswer } from './verification.response.js';

@ApiTags('platform: audit')
@ApiBearerAuth()
@Controller('v1/platform/audit/verify')
export class VerificationController {
  private running: Promise<Verification> | null = null;

  constructor(private readonly chain: HistoryChain) {}

  /** Who asks while a verification runs is given its result: it reads every entry that there is. */
  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'Check the hash chain of every history' })
  @Answer(200, HistoryVerificationAnswer)
  async verify(): Promise<HistoryVerificationAnswer> {
    this.running ??= this.chain.verify().finally(() => (this.running = null));
    return shown(await this.running);
  }
}

function shown({ tenants, entries, broken }: Verification): HistoryVerificationAnswer {
  const first = broken && { ...broken, message: chainFaults[broken.fault] };
  return { ok: broken === null, tenants, entries, first_broken: first };
}
