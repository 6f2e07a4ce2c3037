import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '#http';
import { Access, CurrentTenant } from '#tenancy';
import { UsageQuery } from './usage.request.js';
import { UsageResponse } from './usage.response.js';
import { UsageService } from './usage.service.js';

@ApiTags('usage')
@ApiBearerAuth()
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @Access('member')
  @ApiOperation({
    summary: "The tenant's usage by day, and what is left of its quota and budget",
    description:
      'Days are those of UTC, both ends included; 30 up to today unless told, and at most 366. A query counts for the day on which it was admitted.',
  })
  @ApiAnswer(200, UsageResponse)
  get(@CurrentTenant() tenantId: string, @Query() query: UsageQuery): Promise<UsageResponse> {
    return this.usage.getUsage(tenantId, query);
  }
}
