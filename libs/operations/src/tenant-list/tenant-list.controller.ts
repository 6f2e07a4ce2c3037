import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer } from '#http';
import { TenantListQuery } from './tenant-list.request.js';
import { TenantListResponse } from './tenant-list.response.js';
import { TenantListService } from './tenant-list.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/tenants')
export class TenantListController {
  constructor(private readonly tenants: TenantListService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({
    summary: 'List tenants',
    description: 'In the order of `sort`. A `cursor` is only good for the order in which it was answered.',
  })
  @ApiAnswer(200, TenantListResponse)
  list(@Query() query: TenantListQuery): Promise<TenantListResponse> {
    return this.tenants.list(query);
  }
}
