import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, type Page } from '#http';
import { TenantListQuery } from './tenant-list.request.js';
import { ListedTenantResponse } from './tenant-list.response.js';
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
  @ApiAnswer(200, [ListedTenantResponse], { hasTotal: true })
  list(@Query() query: TenantListQuery): Promise<Page<ListedTenantResponse>> {
    return this.tenants.list(query);
  }
}
