import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiAnswer, type Page, PageQuery, ApiProblems } from '#http';
import { Access, CurrentPrincipal, CurrentTenant } from '../access/access.decorators.js';
import type { Principal } from '../access/principal.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { IssuedKeyResponse, KeyResponse, KeyRequest } from './key.request.js';
import { TenantKeysService } from './tenant-keys.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/api-keys')
export class PlatformKeysController {
  constructor(private readonly keys: TenantKeysService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List API keys, newest first' })
  @ApiAnswer(200, [KeyResponse])
  list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<KeyResponse>> {
    return this.keys.list(tenantId, query);
  }

  @Post()
  @HttpCode(201)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Make an API key; the answer is the only place that shows it' })
  @ApiAnswer(201, IssuedKeyResponse)
  issue(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() request: KeyRequest,
  ): Promise<IssuedKeyResponse> {
    return this.keys.issue(tenantId, request, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Revoke an API key' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async revoke(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    await this.keys.revoke(tenantId, id, author);
  }
}
