import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer } from '#http';
import { Access, CurrentTenant } from '#tenancy';
import { UsageQuery } from './usage.request.js';
import { UsageAnswer } from './usage.response.js';
import { Usage } from './usage.service.js';

@ApiTags('usage')
@ApiBearerAuth()
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly usage: Usage) {}

  @Get()
  @Access('member')
  @ApiOperation({
    summary: "The tenant's usage by day, and what is left of its quota and budget",
    description:
      'Days are those of UTC, both ends included; 30 up to today unless told, and at most 366. A query counts for the day on which it was admitted.',
  })
  @Answer(200, UsageAnswer)
  show(@CurrentTenant() tenantId: string, @Query() query: UsageQuery): Promise<UsageAnswer> {
    return this.usage.of(tenantId, query);
  }
}
