import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AlsoCheck,
  ApiAnswer,
  type Page,
  PageQuery,
  ApiProblems,
  Access,
  CurrentPrincipal,
  CurrentTenant,
  type Principal,
  type ValidInput,
} from '#http';
import { NeedsRecentSignIn } from '../access/needs-recent-sign-in.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { KeyRequest } from './key.request.js';
import { IssuedKeyResponse, KeyResponse } from './key.response.js';
import { KeysService } from './keys.service.js';

const managers = { tenant: 'tenant_admin', platform: 'platform_admin' } as const;

/** API keys of a tenant, for its own admins and for platform admins. */
@ApiTags('API keys', 'platform: tenants')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller(['v1/api-keys', 'v1/platform/tenants/:tenant_id/api-keys'])
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @Access(managers, { scope: 'keys:write' })
  @ApiOperation({ summary: 'List API keys, newest first' })
  @ApiAnswer(200, [KeyResponse])
  list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<KeyResponse>> {
    return this.keys.list(tenantId, query);
  }

  @Post()
  @HttpCode(201)
  @AlsoCheck((controller: KeysController, { body }: ValidInput<KeyRequest>) =>
    controller.keys.assertExpiryInFuture(body.expires_at),
  )
  @Access(managers, { scope: 'keys:write' })
  @Idempotent()
  @NeedsRecentSignIn(({ role }) => role !== 'member')
  @ApiOperation({ summary: 'Create an API key; only this answer shows it' })
  @ApiAnswer(201, IssuedKeyResponse)
  issue(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() request: KeyRequest,
  ): Promise<IssuedKeyResponse> {
    return this.keys.issueAlone(tenantId, request, author);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access(managers, { scope: 'keys:write' })
  @ApiOperation({ summary: 'Revoke an API key. The tenant’s last admin key cannot revoke itself (409)' })
  @ApiParam({ name: 'id', example: '4f1c2a9b7d3e5f60' })
  @ApiAnswer(204, null)
  @ApiProblems('not-found', 'conflict')
  revoke(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Param('id') id: string,
  ): Promise<void> {
    return this.keys.revoke(tenantId, id, author);
  }
}
