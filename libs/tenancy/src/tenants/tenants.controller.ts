import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, Problems, decodeCursor, defaultLimit, pageOf } from '#http';
import { isTenantId } from '#kernel';
import { Access, CurrentPrincipal, CurrentTenant } from '../access/access.js';
import type { Principal } from '../access/principal.js';
import { Idempotent } from '../idempotency/idempotent.js';
import type { Tenant } from './tenant.js';
import { TenantChangeRequest, TenantListQuery, TenantRequest } from './tenant.request.js';
import { CreatedTenantAnswer, TenantAnswer } from './tenant.response.js';
import { TenantsService } from './tenants.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/tenants')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Get()
  @Access('platform_admin')
  @ApiOperation({ summary: 'List tenants' })
  @Answer(200, [TenantAnswer])
  async list(@Query() query: TenantListQuery): Promise<Page<TenantAnswer>> {
    const { limit = defaultLimit, plan = null, status = null, cursor } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, isTenantId)[0];
    const rows = await this.tenants.list({ plan, status, after, limit: limit + 1 });
    return pageOf(rows, limit, { item: shown, keys: (tenant) => [tenant.tenant_id] });
  }

  @Post()
  @HttpCode(201)
  @Access('platform_admin')
  @Idempotent()
  @ApiOperation({ summary: 'Create a tenant with its configuration and first key' })
  @Answer(201, CreatedTenantAnswer)
  @Problems('conflict')
  async create(
    @Body() body: TenantRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<CreatedTenantAnswer> {
    const { tenant, adminKey } = await this.tenants.create(body, author);
    const { id, name, role, key } = adminKey;
    return { ...shown(tenant), admin_key: { id, name, role, key } };
  }

  @Get(':tenant_id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One tenant' })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @Answer(200, TenantAnswer)
  @Problems('not-found')
  async get(@CurrentTenant() tenantId: string): Promise<TenantAnswer> {
    return shown(await this.tenants.get(tenantId));
  }

  @Patch(':tenant_id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'Rename, suspend, move to another plan' })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @Answer(200, TenantAnswer)
  @Problems('not-found', 'conflict')
  async change(
    @CurrentTenant() tenantId: string,
    @Body() body: TenantChangeRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<TenantAnswer> {
    return shown(await this.tenants.change(tenantId, body, author));
  }

  @Delete(':tenant_id')
  @HttpCode(204)
  @Access('platform_admin')
  @ApiOperation({ summary: 'Delete a tenant with all that it stored; its id is not given again' })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @Answer(204, null)
  @Problems('not-found')
  async delete(@CurrentTenant() tenantId: string, @CurrentPrincipal() author: Principal): Promise<void> {
    await this.tenants.delete(tenantId, author);
  }
}

function shown({ verified_domain: _domain, ...tenant }: Tenant): TenantAnswer {
  return tenant;
}
