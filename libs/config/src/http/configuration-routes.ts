import { Injectable } from '@nestjs/common';
import { type Fault, shownValue } from '#kernel';
import { type Page, defaultLimit } from '#http';
import type { Principal } from '#tenancy';
import type { FastifyReply } from 'fastify';
import { PatchConfiguration } from '../change/patch-configuration.service.js';
import { RollBack, targetOf } from '../change/roll-back.service.js';
import { History, type HistoryEntry } from '../history.service.js';
import type { CompiledConfiguration } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { sendConfiguration, sendOutcome } from './answer-configuration.js';
import type { ChangeOrder } from './change-order.js';
import type { DiffQuery, HistoryQuery, RollbackRequest } from './configuration.request.js';
import type { DiffAnswer } from './configuration.response.js';
import { forceIn } from './force.js';

/** What the configuration's routes do, whether a tenant's own people call them or a platform admin who names the tenant. */
@Injectable()
export class ConfigurationRoutes {
  constructor(
    private readonly reader: ConfigReader,
    private readonly patches: PatchConfiguration,
    private readonly rollbacks: RollBack,
    private readonly histories: History,
  ) {}

  /** Synchronous when warm: the prepared bytes leave at once. */
  read(tenantId: string, withSources: boolean, reply: FastifyReply): void | Promise<void> {
    const known = reply.request.headers['if-none-match'];
    const current = this.reader.current(tenantId);
    const send = (configuration: CompiledConfiguration) =>
      sendConfiguration(reply, configuration, {
        source: this.reader.sourceOf(configuration),
        known,
        withSources,
      });
    return current instanceof Promise ? current.then(send) : send(current);
  }

  async change(order: ChangeOrder, body: unknown, reply: FastifyReply): Promise<void> {
    sendOutcome(reply, await this.patches.patch(order, body));
  }

  async validate(
    tenantId: string,
    author: Principal,
    body: unknown,
  ): Promise<{ valid: boolean; errors: Fault[] }> {
    const faults = await this.patches.faults(tenantId, author, body);
    const errors = faults.map((fault) => ({ ...fault, value: shownValue(fault.value) }));
    return { valid: faults.length === 0, errors };
  }

  history(tenantId: string, { limit = defaultLimit, cursor }: HistoryQuery): Promise<Page<HistoryEntry>> {
    return this.histories.list(tenantId, limit, cursor);
  }

  version(tenantId: string, version: number): Promise<HistoryEntry> {
    return this.histories.version(tenantId, version);
  }

  async diff(tenantId: string, { from, to }: DiffQuery): Promise<DiffAnswer> {
    return { from, to, changes: await this.histories.diff(tenantId, from, to) };
  }

  /** @param stepsBack Of the query, beside what the body may say. */
  async rollBack(
    order: ChangeOrder,
    { body, stepsBack }: { body: RollbackRequest; stepsBack: number | undefined },
    reply: FastifyReply,
  ): Promise<void> {
    const change = { ...order, ...forceIn(body, order.author), gate: body.gate === true };
    const { outcome, kept } = await this.rollbacks.rollBack(change, targetOf(body, stepsBack));
    sendOutcome(reply, outcome, { kept });
  }
}
