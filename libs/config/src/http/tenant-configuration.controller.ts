import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
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

/** A tenant's configuration, for its own people. */
@ApiTags('configuration')
@ApiBearerAuth()
@Controller('v1/config')
export class TenantConfigurationController {
  constructor(private readonly routes: ConfigurationRoutes) {}

  @Get()
  @Access('member')
  @ReadDocumentation()
  read(
    @CurrentTenant() tenantId: string,
    @Query() { include }: ConfigurationQuery,
    @Res() reply: FastifyReply,
  ): void | Promise<void> {
    return this.routes.read(tenantId, include === 'sources', reply);
  }

  @Patch()
  @Access('tenant_admin')
  @ChangeDocumentation()
  change(
    @CurrentChangeContext() context: ChangeContext,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.routes.change(context, body, reply);
  }

  @Post('validate')
  @Access('tenant_admin')
  @ValidateDocumentation()
  validate(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<{ valid: boolean; errors: FieldError[] }> {
    return this.routes.validate(tenantId, author, body);
  }

  @Get('history')
  @Access('member')
  @HistoryDocumentation()
  history(@CurrentTenant() tenantId: string, @Query() query: HistoryQuery): Promise<Page<HistoryEntry>> {
    return this.routes.history(tenantId, query);
  }

  @Get('history/:version')
  @Access('member')
  @VersionDocumentation()
  version(@CurrentTenant() tenantId: string, @Param() { version }: VersionPath): Promise<HistoryEntry> {
    return this.routes.getVersion(tenantId, version);
  }

  @Get('diff')
  @Access('member')
  @DiffDocumentation()
  diff(@CurrentTenant() tenantId: string, @Query() query: DiffQuery): Promise<DiffResponse> {
    return this.routes.diff(tenantId, query);
  }

  @Post('rollback')
  @Access('tenant_admin')
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
