import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AlsoCheck, ApiAnswer, Access, CurrentTenant, type ValidInput } from '#http';
import { UsageQuery, resolvePeriod } from './usage.request.js';
import { UsageResponse } from './usage.response.js';
import { UsageService } from './usage.service.js';

@ApiTags('usage', 'platform: usage')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller(['v1/usage', 'v1/platform/tenants/:tenant_id/usage'])
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get()
  @Access({ tenant: 'member', platform: 'platform_admin' }, { scope: 'usage:read' })
  @AlsoCheck((_controller, { query }: ValidInput<object, UsageQuery>) => resolvePeriod(query, Date.now()))
  @ApiOperation({
    summary: "The tenant's usage by day, with its quota and its budget",
    description:
      'Days are UTC days; `from` and `to` are both included. The default is the 30 days up to today, the maximum 366 days. A query counts for the day on which it was admitted.',
  })
  @ApiAnswer(200, UsageResponse)
  get(@CurrentTenant() tenantId: string, @Query() query: UsageQuery): Promise<UsageResponse> {
    return this.usage.getUsage(tenantId, query);
  }
}
