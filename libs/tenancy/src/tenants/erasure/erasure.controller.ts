import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, CurrentTenant } from '#http';
import { ErasureResponse } from './erasure.response.js';
import { ErasureService } from './erasure.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/tenants/:tenant_id/erasure')
export class ErasureController {
  constructor(private readonly erasure: ErasureService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    summary: 'What is left of a deleted tenant',
    description: 'Counts the rows of every table. The audit log and the history keep theirs without texts.',
  })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @ApiAnswer(200, ErasureResponse)
  @ApiProblems('not-found', 'conflict')
  get(@CurrentTenant() tenantId: string): Promise<ErasureResponse> {
    return this.erasure.certify(tenantId);
  }
}
