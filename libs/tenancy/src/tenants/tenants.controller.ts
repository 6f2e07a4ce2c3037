import { Body, Controller, Delete, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Accepted,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
  type ValidInput,
} from '#http';
import { NeedsRecentSignIn } from '../access/needs-recent-sign-in.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { TenantChangeRequest, TenantRequest } from './tenant.request.js';
import {
  CreatedTenantResponse,
  TenantResponse,
  toCreatedTenantResponse,
  toTenantResponse,
} from './tenant.response.js';
import { ApiAnswerWaiting } from './api-answer-waiting.js';
import type { WaitingTenantUpdate } from './tenant-update-queue.js';
import { TenantsService } from './tenants.service.js';

@ApiTags('platform: tenants')
@ApiBearerAuth()
@Controller('v1/platform/tenants')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Post()
  @HttpCode(201)
  @Access('platform_admin')
  @Idempotent()
  @AlsoCheck((controller: TenantsController, { body }: ValidInput<TenantRequest>) =>
    controller.tenants.assertValid(body),
  )
  @ApiOperation({ summary: 'Create a tenant with its configuration and first key' })
  @ApiAnswer(201, CreatedTenantResponse)
  @ApiProblems('conflict')
  async create(
    @Body() body: TenantRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<CreatedTenantResponse> {
    return toCreatedTenantResponse(await this.tenants.create(body, author));
  }

  @Get(':tenant_id')
  @Access('platform_admin')
  @ApiOperation({ summary: 'One tenant' })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @ApiAnswer(200, TenantResponse)
  @ApiProblems('not-found')
  async get(@CurrentTenant() tenantId: string): Promise<TenantResponse> {
    return toTenantResponse(await this.tenants.get(tenantId));
  }

  @Patch(':tenant_id')
  @Access('platform_admin')
  @AlsoCheck((controller: TenantsController, { body }: ValidInput<TenantChangeRequest>) =>
    controller.tenants.assertValidChange(body),
  )
  @ApiOperation({
    summary: 'Rename, label or suspend a tenant, or move it to another plan',
    description:
      'approval_required: false needs the approval of another platform admin: the answer is 202 with a change request, and the tenant stays as it is.',
  })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @ApiAnswer(200, TenantResponse)
  @ApiAnswerWaiting()
  @ApiProblems('not-found', 'conflict')
  async change(
    @CurrentTenant() tenantId: string,
    @Body() body: TenantChangeRequest,
    @CurrentPrincipal() author: Principal,
  ): Promise<TenantResponse | Accepted<WaitingTenantUpdate>> {
    const outcome = await this.tenants.change(tenantId, body, author);
    if ('tenant' in outcome) return toTenantResponse(outcome.tenant);
    return new Accepted(outcome.request, `/v1/platform/change-requests/${outcome.request.id}`);
  }

  @Delete(':tenant_id')
  @HttpCode(204)
  @Access('platform_admin')
  @NeedsRecentSignIn()
  @ApiOperation({ summary: 'Delete a tenant with all its data. Its id cannot be used again.' })
  @ApiParam({ name: 'tenant_id', example: 'acme-law' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async delete(@CurrentTenant() tenantId: string, @CurrentPrincipal() author: Principal): Promise<void> {
    await this.tenants.delete(tenantId, author);
  }
}
