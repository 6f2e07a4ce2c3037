import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Database } from '#database';
import { Answer, type Page, PageQuery, Problems, decodeCursor, defaultLimit, pageOf } from '#http';
import { InvalidInputError } from '#kernel';
import { Access, CurrentPrincipal, CurrentTenant } from '../access/access.js';
import type { Principal, Role } from '../access/principal.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { isApiKeyId } from './api-key.js';
import { IssuedKeyAnswer, KeyAnswer, KeyRequest } from './key.request.js';
import { type KeyRecord, KeyRepository } from './key.repository.js';
import { KeyService } from './key.service.js';

/** The same routes for a tenant's own admin and for a platform admin who names the tenant. */
function keysController(path: string, role: Role, tag: string): Type<object> {
  const isPlatform = role === 'platform_admin';
  const inPath = isPlatform ? [{ name: 'tenant_id', example: 'acme-law' }] : [];

  @ApiTags(tag)
  @ApiBearerAuth()
  @Controller(path)
  class KeysController {
    constructor(
      readonly database: Database,
      readonly keys: KeyService,
      readonly repository: KeyRepository,
    ) {}

    @Get()
    @Access(role)
    @ApiOperation({ summary: 'List API keys, newest first' })
    @Parameters(inPath)
    @Answer(200, [KeyAnswer])
    async list(@CurrentTenant() tenantId: string, @Query() query: PageQuery): Promise<Page<KeyAnswer>> {
      const { limit = defaultLimit, cursor } = query;
      const before = cursor === undefined ? null : lastShown(cursor);
      const rows = await this.database.readAsTenant(tenantId, () =>
        this.repository.list(tenantId, limit + 1, before),
      );
      return pageOf(rows, limit, { item: shown, keys: ({ created_at: at, id }) => [at.toISOString(), id] });
    }

    @Post()
    @HttpCode(201)
    @Access(role)
    @Idempotent()
    @ApiOperation({ summary: 'Make an API key; the answer is the only place that shows it' })
    @Parameters(inPath)
    @Answer(201, IssuedKeyAnswer)
    async issue(
      @CurrentTenant() tenantId: string,
      @CurrentPrincipal() { actor }: Principal,
      @Body() { name, role: keyRole, expires_at = null }: KeyRequest,
    ): Promise<IssuedKeyAnswer> {
      const order = { name, role: keyRole, expires_at };
      const issued = await this.database.asTenant(tenantId, () => this.keys.issue(tenantId, order, actor));
      const { id, key, expires_at: expiresAt } = issued;
      return { id, name, role: keyRole, expires_at: expiresAt?.toISOString() ?? null, key };
    }

    @Delete(':id')
    @HttpCode(204)
    @Access(role)
    @ApiOperation({ summary: 'Revoke an API key' })
    @Parameters([...inPath, { name: 'id', example: '4f1c2a9b7d3e5f60' }])
    @Answer(204, null)
    @Problems('not-found')
    async revoke(@CurrentTenant() tenantId: string, @Param('id') id: string): Promise<void> {
      await this.database.asTenant(tenantId, () => this.keys.revoke(tenantId, id));
    }
  }
  return KeysController;
}

function Parameters(parameters: { name: string; example: string }[]): MethodDecorator {
  return (target, key, descriptor) => {
    for (const parameter of parameters) ApiParam(parameter)(target, key, descriptor);
  };
}

/** The time and id that a cursor holds. */
function lastShown(cursor: string): string[] {
  const keys = decodeCursor(cursor, 2);
  const [at, id] = [new Date(keys[0]!), keys[1]!];
  if (!Number.isNaN(at.getTime()) && isApiKeyId(id)) return [at.toISOString(), id];
  const message = 'cursor must be the next_cursor of an earlier answer to the same list.';
  throw new InvalidInputError([{ field: 'cursor', rule: 'pattern', message, value: cursor }]);
}

function shown({
  expires_at: expires,
  created_at: created,
  last_used_at: used,
  ...key
}: KeyRecord): KeyAnswer {
  return {
    ...key,
    expires_at: expires?.toISOString() ?? null,
    created_at: created.toISOString(),
    last_used_at: used?.toISOString() ?? null,
  };
}

export const TenantKeysController = keysController('v1/api-keys', 'tenant_admin', 'API keys');
export const PlatformKeysController = keysController(
  'v1/platform/tenants/:tenant_id/api-keys',
  'platform_admin',
  'platform: tenants',
);
