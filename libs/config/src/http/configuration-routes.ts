import { Injectable } from '@nestjs/common';
import { type FieldError, truncateValue } from '#kernel';
import { type Page, defaultPageLimit, type Principal } from '#http';
import type { FastifyReply } from 'fastify';
import { PatchConfigurationService } from '../change/patch-configuration.service.js';
import { RollBackService, parseRollBackTarget } from '../change/roll-back.service.js';
import { HistoryService, type HistoryEntry } from '../read/history.service.js';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { sendConfiguration, sendChangeOutcome } from './send-configuration.js';
import type { ChangeContext } from '../change/change-context.js';
import type { DiffQuery, HistoryQuery, RollbackRequest } from './configuration.request.js';
import type { DiffResponse } from './configuration.response.js';
import { parseForce } from './parse-force.js';

/** What the configuration's routes do, whether a tenant's own people call them or a platform admin who names the tenant. */
@Injectable()
export class ConfigurationRoutes {
  constructor(
    private readonly reader: ConfigReader,
    private readonly patches: PatchConfigurationService,
    private readonly rollBackService: RollBackService,
    private readonly historyService: HistoryService,
  ) {}

  /** Synchronous when warm: the prepared bytes leave at once. */
  read(tenantId: string, withSources: boolean, reply: FastifyReply): void | Promise<void> {
    const ifNoneMatch = reply.request.headers['if-none-match'];
    const current = this.reader.current(tenantId);
    const send = (configuration: CompiledConfiguration) =>
      sendConfiguration(reply, configuration, {
        source: this.reader.sourceOf(configuration),
        ifNoneMatch,
        withSources,
      });
    return current instanceof Promise ? current.then(send) : send(current);
  }

  async change(context: ChangeContext, body: unknown, reply: FastifyReply): Promise<void> {
    sendChangeOutcome(reply, await this.patches.patch(context, body));
  }

  async validate(
    tenantId: string,
    author: Principal,
    body: unknown,
  ): Promise<{ valid: boolean; errors: FieldError[] }> {
    const fieldErrors = await this.patches.findErrors(tenantId, author, body);
    const errors = fieldErrors.map((fieldError) => ({
      ...fieldError,
      value: truncateValue(fieldError.value),
    }));
    return { valid: fieldErrors.length === 0, errors };
  }

  history(tenantId: string, { limit = defaultPageLimit, cursor }: HistoryQuery): Promise<Page<HistoryEntry>> {
    return this.historyService.list(tenantId, limit, cursor);
  }

  getVersion(tenantId: string, version: number): Promise<HistoryEntry> {
    return this.historyService.getVersion(tenantId, version);
  }

  async diff(tenantId: string, { from, to }: DiffQuery): Promise<DiffResponse> {
    return { from, to, changes: await this.historyService.diff(tenantId, from, to) };
  }

  /** @param stepsBack Of the query, beside what the body may say. */
  async rollBack(
    context: ChangeContext,
    { body, stepsBack }: { body: RollbackRequest; stepsBack: number | undefined },
    reply: FastifyReply,
  ): Promise<void> {
    const change = { ...context, ...parseForce(body, context.author), gate: body.gate === true };
    const { outcome, kept } = await this.rollBackService.rollBack(
      change,
      parseRollBackTarget(body, stepsBack),
    );
    sendChangeOutcome(reply, outcome, { kept });
  }
}
