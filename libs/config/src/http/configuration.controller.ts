import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  Access,
  AlsoCheck,
  CurrentPrincipal,
  CurrentTenant,
  type Page,
  type Principal,
  type ValidInput,
  authorAndTenantOf,
  defaultPageLimit,
  rateLimitHeaders,
  principalOf,
} from '#http';
import { type FieldError, toReportedErrors } from '#kernel';
import { NeedsRecentSignIn, isForced } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { type ChangeContext, CurrentChangeContext } from '../change/change-context.js';
import { PatchConfigurationService } from '../change/patch-configuration.service.js';
import { ChangeRateLimit } from '../change/change-rate-limit.js';
import { RollBackService } from '../change/roll-back.service.js';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { type HistoryEntry, HistoryService } from '../read/history.service.js';
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
import { parseRollBack } from './parse-roll-back.js';
import type { DiffResponse } from './configuration.response.js';
import { sendChangeOutcome, sendConfiguration } from './send-configuration.js';

const readers = { tenant: 'member', platform: 'platform_admin' } as const;
const authors = { tenant: 'tenant_admin', platform: 'platform_admin' } as const;

/** A tenant's configuration: for its own users under the first prefix, for platform admins under the second. */
@ApiTags('configuration', 'platform: configuration')
@ApiBearerAuth()
@ApiParam({ name: 'tenant_id', example: 'acme-law' })
@Controller(['v1/config', 'v1/platform/tenants/:tenant_id/config'])
export class ConfigurationController {
  constructor(
    private readonly reader: ConfigReader,
    private readonly patches: PatchConfigurationService,
    private readonly rollbacks: RollBackService,
    private readonly historyService: HistoryService,
    private readonly rateLimit: ChangeRateLimit,
  ) {}

  /** Synchronous when the configuration is cached: its prepared bytes are sent at once. */
  @Get()
  @Access(readers, { scope: 'config:read' })
  @ReadDocumentation()
  read(
    @CurrentTenant() tenantId: string,
    @Query() { include }: ConfigurationQuery,
    @Res() reply: FastifyReply,
  ): void | Promise<void> {
    const send = (configuration: CompiledConfiguration): void | Promise<void> => {
      const answer = (additionalFields?: object): void =>
        sendConfiguration(reply, configuration, {
          source: this.reader.sourceOf(configuration),
          ifNoneMatch: reply.request.headers['if-none-match'],
          additionalFields,
        });
      if (include === 'layers') return this.historyService.explain(configuration).then(answer);
      const { sources, inputs } = configuration;
      return answer(include && { sources, own: inputs.stored.settings });
    };
    const current = this.reader.current(tenantId);
    return current instanceof Promise ? current.then(send) : send(current);
  }

  @Patch()
  @Access(authors, { scope: 'config:write' })
  @AlsoCheck((controller: ConfigurationController, { body, request }: ValidInput) =>
    controller.patches.assertValid(authorAndTenantOf(request), body),
  )
  @NeedsRecentSignIn(isForced)
  @ChangeDocumentation()
  async change(
    @CurrentChangeContext() context: ChangeContext,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const outcome = await this.patches.patch(context, body);
    await this.addRateLimit(reply, context);
    sendChangeOutcome(reply, outcome, { author: context.author });
  }

  @Post('validate')
  @Access(authors, { scope: ['config:propose', 'config:write'], onlyReads: true })
  @ValidateDocumentation()
  async validate(
    @CurrentTenant() tenantId: string,
    @CurrentPrincipal() author: Principal,
    @Body() body: unknown,
  ): Promise<{ valid: boolean; errors: FieldError[] }> {
    const errors = await this.patches.findErrors(tenantId, author, body);
    return { valid: errors.length === 0, errors: toReportedErrors(errors) };
  }

  @Get('history')
  @Access(readers, { scope: 'config:read' })
  @HistoryDocumentation()
  history(
    @CurrentTenant() tenantId: string,
    @Query() { limit = defaultPageLimit, cursor }: HistoryQuery,
  ): Promise<Page<HistoryEntry>> {
    return this.historyService.list(tenantId, limit, cursor);
  }

  @Get('history/:version')
  @Access(readers, { scope: 'config:read' })
  @VersionDocumentation()
  version(@CurrentTenant() tenantId: string, @Param() { version }: VersionPath): Promise<HistoryEntry> {
    return this.historyService.getVersion(tenantId, version);
  }

  @Get('diff')
  @Access(readers, { scope: 'config:read' })
  @DiffDocumentation()
  async diff(@CurrentTenant() tenantId: string, @Query() { from, to }: DiffQuery): Promise<DiffResponse> {
    return { from, to, changes: await this.historyService.diff(tenantId, from, to) };
  }

  @Post('rollback')
  @Access(authors, { scope: 'config:write' })
  @AlsoCheck((_controller, { body, query, request }: ValidInput<RollbackRequest, RollbackQuery>) =>
    parseRollBack(body, query.version, principalOf(request)),
  )
  @NeedsRecentSignIn(isForced)
  @RollBackDocumentation()
  async rollBack(
    @CurrentChangeContext() context: ChangeContext,
    @Query() { version: stepsBack }: RollbackQuery,
    @Body() body: RollbackRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { author } = context;
    const { target, ...options } = parseRollBack(body, stepsBack, author);
    if (body.dry_run === true) {
      reply.send(await this.rollbacks.preview({ ...context, force: options.force }, target));
      return;
    }
    const command = { ...context, ...options, gate: body.gate === true };
    const { outcome, kept } = await this.rollbacks.rollBack(command, target);
    await this.addRateLimit(reply, context);
    sendChangeOutcome(reply, outcome, { author, additionalFields: { kept } });
  }

  /** The change is made, so an outage now must not turn its answer into an error. */
  private async addRateLimit(reply: FastifyReply, { tenantId, author }: ChangeContext): Promise<void> {
    const status = await this.rateLimit.findStatus(tenantId, author).catch(() => null);
    if (status) reply.headers(rateLimitHeaders(status));
  }
}
