import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, CurrentTenant, type Page, PageQuery } from '#http';
import { TenantReader } from '#tenancy';
import type { GoldenQuestion } from './golden-question.js';
import { GoldenQuestionResponse } from './golden-question.response.js';
import { GoldenQuestionsService } from './golden-questions.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/golden-questions')
export class PlatformGoldenQuestionsController {
  constructor(
    private readonly tenants: TenantReader,
    private readonly questions: GoldenQuestionsService,
  ) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: "List a tenant's golden questions, newest first" })
  @ApiAnswer(200, [GoldenQuestionResponse])
  @ApiProblems('not-found')
  async list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<GoldenQuestion>> {
    await this.tenants.get(tenantId);
    return this.questions.list(tenantId, query);
  }
}
