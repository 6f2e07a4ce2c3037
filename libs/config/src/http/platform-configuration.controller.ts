import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { type Page, Access, CurrentPrincipal, CurrentTenant, type Principal } from '#http';
import type { FieldError } from '#kernel';
import type { FastifyReply } from 'fastify';
import type { HistoryEntry } from '../read/history.service.js';
import { type ChangeContext, CurrentChangeContext } from '../change/change-context.js';
import {
  ChangeDocumentation,
  DiffDocumentation,
  HistoryDocumentation,
  ReadDocumentation,
  RollBackDocumentation,
  ValidateDocumentation,
  VersionDocumentation,
} from './configuration.documentation.js';
import {
  ConfigurationQuery,
  DiffQuery,
  HistoryQuery,
  RollbackQuery,
  RollbackRequest,
  VersionPath,
} from './configuration.request.js';
import type { DiffResponse } from './configuration.response.js';
import { ConfigurationRoutes } from './configuration-routes.js';

/** Any tenant's configuration, for platform admins. */
@ApiTags('platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller('v1/platform/tenants/:tenant_id/config')
export class PlatformConfigurationController {
  constructor(private readonly routes: ConfigurationRoutes) {}

  @Get()
  @Access('platform_admin')
  @ReadDocumentation()
  read(
    @CurrentTenant() tenantId: string,
    @Query() { include }: ConfigurationQuery,
    @Res() reply: FastifyReply,
  ): void | Promise<void> {
    return this.routes.read(tenantId, include === 'sources', reply);
  }

  @Patch()
  @Access('platform_admin')
  @ChangeDocumentation()
  change(
    @CurrentChangeContext() context: ChangeContext,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.routes.change(context, body, reply);
  }

  @Post('validate')
  @Access('platform_admin')
  @ValidateDocumentation()
  validate(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<{ valid: boolean; errors: FieldError[] }> {
    return this.routes.validate(tenantId, author, body);
  }

  @Get('history')
  @Access('platform_admin')
  @HistoryDocumentation()
  history(@CurrentTenant() tenantId: string, @Query() query: HistoryQuery): Promise<Page<HistoryEntry>> {
    return this.routes.history(tenantId, query);
  }

  @Get('history/:version')
  @Access('platform_admin')
  @VersionDocumentation()
  version(@CurrentTenant() tenantId: string, @Param() { version }: VersionPath): Promise<HistoryEntry> {
    return this.routes.getVersion(tenantId, version);
  }

  @Get('diff')
  @Access('platform_admin')
  @DiffDocumentation()
  diff(@CurrentTenant() tenantId: string, @Query() query: DiffQuery): Promise<DiffResponse> {
    return this.routes.diff(tenantId, query);
  }

  @Post('rollback')
  @Access('platform_admin')
  @RollBackDocumentation()
  rollBack(
    @CurrentChangeContext() context: ChangeContext,
    @Query() { version: stepsBack }: RollbackQuery,
    @Body() body: RollbackRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.routes.rollBack(context, { body, stepsBack }, reply);
  }
}
