import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Clock, ForbiddenError, NotFoundError, UnauthenticatedError } from '#kernel';
import { AccessControlService } from '#tenancy';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { OpenStream } from './open-stream.js';
import { readSince, unavailableError } from './read-since.js';
import { type StreamFormat, versionInTag } from './stream-format.js';
import { StreamLimits } from './stream-limits.js';
import { TenantChannel } from './tenant-channel.js';

const sweepIntervalMs = 1_000;
/** A change of the platform's defaults concerns every tenant: requests are answered between the tenants. */
const channelsPerTurn = 20;
/** Shorter than the drain of a replica behind a load balancer. */
const goodbyeSpreadMs = 4_000;

/** Errors that end a stream: its caller is no longer admitted. The next connection is answered with the reason. */
const endingErrors = [UnauthenticatedError, ForbiddenError, NotFoundError] as const;

/**
 * Streams of a tenant's configuration and of each change, from any layer. Changes that follow each other at once may arrive as one. Every
 * second, each stream is checked: is its caller still admitted, and does it have the current state?
 *
 * ```ts
 * await streams.open(reply, tenantId, configEvents);
 * ```
 */
@Injectable()
export class ConfigStreamService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly channels = new Map<string, TenantChannel>();
  private readonly due = new Set<TenantChannel>();
  private isRefreshing = false;
  private isDraining = false;
  private hasEnded = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly reader: ConfigReader,
    private readonly access: AccessControlService,
    private readonly limits: StreamLimits,
    private readonly adapterHost: HttpAdapterHost,
    private readonly clock: Clock,
  ) {
    reader.onChange((tenantId) => this.onChange(tenantId));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.sweep(), sweepIntervalMs).unref();
  }

  /**
   * Answers with a stream that stays open. Its first event is the whole state, unless `Last-Event-ID` names it.
   *
   * @throws RateLimitedError when too many streams are open; the answer then has `Fetch-Mode: polling`.
   * @throws UnavailableError when this replica has only an older state than the client.
   */
  async open(reply: FastifyReply, tenantId: string, format: StreamFormat): Promise<void> {
    const admittedAt = this.clock.now();
    const channel = this.enter(reply, tenantId);
    try {
      const knownTag = reply.request.headers['last-event-id'] as string | undefined;
      const current = await readSince({ tag: knownTag, format }, this.reader, () => refreshed(channel));
      const source = this.reader.sourceOf(current);
      const stream = new OpenStream(reply, format, admittedAt, { 'attune-config-source': source });
      this.join(channel, stream, firstEvents(format, current, knownTag));
    } catch (error) {
      this.leave(channel);
      throw error;
    }
  }

  /** Ends all streams, and those that are opened from now on: the server is about to close, and would wait for them. */
  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.hasEnded = true;
    this.forEachStream((stream) => stream.sayGoodbye());
  }

  private enter(reply: FastifyReply, tenantId: string): TenantChannel {
    const channel = this.channels.get(tenantId) ?? this.createChannel(tenantId);
    try {
      this.limits.enter(channel);
    } catch (error) {
      reply.header('fetch-mode', 'polling');
      throw error;
    }
    this.channels.set(tenantId, channel);
    return channel;
  }

  private createChannel(tenantId: string): TenantChannel {
    return new TenantChannel(tenantId, () => this.reader.current(tenantId));
  }

  private leave(channel: TenantChannel): void {
    this.limits.leave(channel);
    if (channel.members === 0) this.channels.delete(channel.tenantId);
  }

  private join(channel: TenantChannel, stream: OpenStream, events: string): void {
    channel.streams.add(stream);
    stream.start(events);
    stream.onClose(() => {
      channel.streams.delete(stream);
      this.leave(channel);
    });
    if (this.hasEnded) stream.sayGoodbye();
  }

  private onChange(tenantId: string | null): void {
    if (tenantId === null) this.channels.forEach((channel) => this.due.add(channel));
    const channel = tenantId === null ? undefined : this.channels.get(tenantId);
    if (channel !== undefined) this.due.add(channel);
    if (this.due.size > 0 && !this.isRefreshing) void this.refreshDue();
  }

  /** Not at once: the listeners of the cache run before a committed change is complete. */
  private async refreshDue(): Promise<void> {
    this.isRefreshing = true;
    while (this.due.size > 0) {
      await nextTurn();
      for (const channel of [...this.due].slice(0, channelsPerTurn)) {
        this.due.delete(channel);
        // It is tried again with the next sweep.
        channel.refresh().catch(() => undefined);
      }
    }
    this.isRefreshing = false;
  }

  private sweep(): void {
    this.drainIfDue();
    for (const channel of this.channels.values()) {
      if (this.reader.peek(channel.tenantId) !== channel.current) this.onChange(channel.tenantId);
      channel.streams.forEach((stream) => this.check(stream));
    }
  }

  /** Streams that are opened while the replica drains last until it closes: then no load balancer sends them here again. */
  private drainIfDue(): void {
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    if (this.isDraining || !server?.isDraining()) return;
    this.isDraining = true;
    this.forEachStream((stream) => stream.endWithin(goodbyeSpreadMs));
  }

  private check(stream: OpenStream): void {
    if (stream.isOver) return stream.sayGoodbye();
    if (!stream.sendHeartbeat()) return;
    const endIfRefused = (error: unknown): void => {
      if (endingErrors.some((type) => error instanceof type)) stream.end();
    };
    try {
      const admitted = this.access.readmit(stream.request, stream.admittedAt);
      if (admitted instanceof Promise) admitted.catch(endIfRefused);
    } catch (error) {
      endIfRefused(error);
    }
  }

  private forEachStream(action: (stream: OpenStream) => void): void {
    for (const { streams } of this.channels.values()) streams.forEach(action);
  }
}

function firstEvents(
  format: StreamFormat,
  current: CompiledConfiguration,
  knownTag: string | undefined,
): string {
  if (format.tagOf(current) === knownTag) return ': current\n\n';
  return current.version < versionInTag(knownTag) ? format.restart(current) : format.start(current);
}

/** Attune's own defaults may be displayed, but a client must not take them for its tenant's configuration. */
async function refreshed(channel: TenantChannel): Promise<CompiledConfiguration> {
  await channel.refresh();
  const { current } = channel;
  if (current === null || current.inputs.origin === 'defaults') throw unavailableError();
  return current;
}
