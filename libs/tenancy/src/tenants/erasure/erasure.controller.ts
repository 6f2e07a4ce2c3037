import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems } from '#http';
import { ErasureResponse } from './erasure.response.js';
import { ErasureService } from './erasure.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/deleted-tenants')
export class ErasureController {
  constructor(private readonly erasure: ErasureService) {}

  /** Not below the tenant's own path, which answers 404 once the tenant is gone. */
  @Get(':id')
  @Access('platform_admin')
  @ApiOperation({
    summary: 'What is left of a deleted tenant',
    description: 'Counts the rows of every table. The audit log and the history keep theirs without texts.',
  })
  @ApiParam({ name: 'id', example: 'acme-law' })
  @ApiAnswer(200, ErasureResponse)
  @ApiProblems('not-found', 'conflict')
  get(@Param('id') tenantId: string): Promise<ErasureResponse> {
    return this.erasure.certify(tenantId);
  }
}
