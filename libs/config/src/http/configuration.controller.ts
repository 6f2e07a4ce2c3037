import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answer, type Page, Problems, RequestBody, defaultLimit } from '#http';
import { shownValue } from '#kernel';
import { Access, CurrentPrincipal, CurrentTenant, type Principal, type Role, TenantInPath } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { PatchConfiguration } from '../change/patch-configuration.service.js';
import { RollBack, targetOf } from '../change/roll-back.service.js';
import { acceptedVersions } from '../change/version-check.js';
import { History, type HistoryEntry } from '../history.service.js';
import { ConfigReader } from '../read/config-reader.js';
import { send, sendConfiguration } from './answer-configuration.js';
import { forceIn } from './force.js';
import {
  ConfigurationQuery,
  DiffQuery,
  HistoryQuery,
  PatchRequest,
  RollbackQuery,
  RollbackRequest,
  VersionPath,
} from './configuration.request.js';
import {
  ConfigurationAnswer,
  DiffAnswer,
  HistoryEntryAnswer,
  HistoryVersionAnswer,
  RolledBackAnswer,
  ValidityAnswer,
} from './configuration.response.js';

interface Routes {
  readonly path: string;
  readonly tag: string;
  readonly reads: Role;
  readonly changes: Role;
}

const patchExample = { temperature: 0.3, ui_logo_url: null, prompt_variables: { tone: 'friendly' }, reason: 'more careful' };
const tagHeader = { name: 'If-Match', required: false, description: 'A tag of an earlier answer, its version, or *' };

/** The same routes for a tenant's own members and for a platform admin who names the tenant. */
function configurationController({ path, tag, reads, changes }: Routes): Type<object> {
  @ApiTags(tag)
  @ApiBearerAuth()
  @TenantInPath(path)
  @Controller(path)
  class ConfigurationController {
    constructor(
      readonly reader: ConfigReader,
      readonly patches: PatchConfiguration,
      readonly rollbacks: RollBack,
      readonly histories: History,
    ) {}

    @Get()
    @Access(reads)
    @ApiOperation({ summary: 'The effective settings' })
    @ApiHeader({ name: 'If-None-Match', required: false, description: 'The tag of an earlier answer: 304 when nothing changed' })
    @Answer(200, ConfigurationAnswer)
    @Answer(304, null, { description: 'Nothing changed since that tag' })
    async read(
      @CurrentTenant() tenantId: string,
      @Query() { include }: ConfigurationQuery,
      @Headers('if-none-match') known: string | undefined,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      const current = this.reader.current(tenantId);
      const configuration = current instanceof Promise ? await current : current;
      sendConfiguration(reply, configuration, { known, withSources: include === 'sources' });
    }

    @Patch()
    @Access(changes)
    @ApiOperation({ summary: 'Change settings: a merge patch (RFC 7396), null removes the own value' })
    @ApiConsumes('application/json', 'application/merge-patch+json')
    @ApiHeader(tagHeader)
    @RequestBody(PatchRequest, patchExample)
    @Answer(200, ConfigurationAnswer)
    @Problems('version-mismatch', 'concurrent-update', 'override-not-allowed', 'managed-by-code', 'conflict')
    async change(
      @CurrentTenant() tenantId: string,
      @CurrentPrincipal() author: Principal,
      @Headers('if-match') tags: string | undefined,
      @Body() body: unknown,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      const order = { tenantId, author, accepted: acceptedVersions(tags) };
      sendConfiguration(reply, await this.patches.patch(order, body));
    }

    @Post('validate')
    @HttpCode(200)
    @Access(changes)
    @ApiOperation({ summary: 'What would be wrong with a patch; nothing is changed' })
    @RequestBody(PatchRequest, patchExample)
    @Answer(200, ValidityAnswer)
    async validate(
      @CurrentTenant() tenantId: string,
      @CurrentPrincipal() author: Principal,
      @Body() body: unknown,
    ): Promise<{ valid: boolean; errors: object[] }> {
      const faults = await this.patches.faults(tenantId, author, body);
      const errors = faults.map((fault) => ({ ...fault, value: shownValue(fault.value) }));
      return { valid: faults.length === 0, errors };
    }

    @Get('history')
    @Access(reads)
    @ApiOperation({ summary: 'Every change, newest first' })
    @Answer(200, [HistoryEntryAnswer])
    history(@CurrentTenant() tenantId: string, @Query() query: HistoryQuery): Promise<Page<HistoryEntry>> {
      return this.histories.list(tenantId, query.limit ?? defaultLimit, query.cursor);
    }

    @Get('history/:version')
    @Access(reads)
    @ApiOperation({ summary: 'One version whole: what the tenant stored' })
    @Answer(200, HistoryVersionAnswer)
    @Problems('not-found')
    version(@CurrentTenant() tenantId: string, @Param() { version }: VersionPath): Promise<HistoryEntry> {
      return this.histories.version(tenantId, version);
    }

    @Get('diff')
    @Access(reads)
    @ApiOperation({ summary: 'What differs between two versions' })
    @Answer(200, DiffAnswer)
    @Problems('not-found')
    async diff(@CurrentTenant() tenantId: string, @Query() { from, to }: DiffQuery): Promise<DiffAnswer> {
      return { from, to, changes: await this.histories.diff(tenantId, from, to) };
    }

    @Post('rollback')
    @Access(changes)
    @ApiOperation({ summary: 'Restore an old version as a new one' })
    @ApiHeader(tagHeader)
    @Answer(200, RolledBackAnswer)
    @Problems('not-found', 'rollback-invalid', 'version-mismatch', 'concurrent-update', 'override-not-allowed', 'conflict')
    async rollBack(
      @CurrentTenant() tenantId: string,
      @CurrentPrincipal() author: Principal,
      @Headers('if-match') tags: string | undefined,
      @Query() { version }: RollbackQuery,
      @Body() body: RollbackRequest,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      const { force, reason } = forceIn(body, author);
      const change = { tenantId, author, force, reason, accepted: acceptedVersions(tags) };
      const { configuration, kept } = await this.rollbacks.rollBack(change, targetOf(body, version));
      const shown = JSON.stringify({ ...(JSON.parse(configuration.body) as object), kept });
      send(reply, configuration, shown);
    }
  }
  return ConfigurationController;
}

export const TenantConfigurationController = configurationController({
  path: 'v1/config',
  tag: 'configuration',
  reads: 'member',
  changes: 'tenant_admin',
});

export const PlatformConfigurationController = configurationController({
  path: 'v1/platform/tenants/:tenant_id/config',
  tag: 'platform: configuration',
  reads: 'platform_admin',
  changes: 'platform_admin',
});
