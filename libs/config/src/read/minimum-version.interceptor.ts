import { setTimeout as pause } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type DomainError, InvalidHeaderError, UnavailableError } from '#kernel';
import { tenantIdOfRequest } from '#http';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { StoredConfigurationCache } from './stored-configuration-cache.js';

const headerName = 'attune-min-config-version';
const versionPattern = /^\d{1,15}$/;
const timeoutMs = 2_000;
const pollIntervalMs = 100;

/**
 * Lets a client read its own write on any replica (specification §7.6): a request that names a version waits until this replica has at
 * least that version of the tenant's configuration. A global interceptor, so it waits before an `Idempotency-Key` replays a response.
 */
@Injectable()
export class MinimumVersionInterceptor implements NestInterceptor {
  constructor(private readonly configurations: StoredConfigurationCache) {}

  /**
   * @throws InvalidHeaderError when the header is not a whole number.
   * @throws UnavailableError when the replica does not have the version after 2 s.
   */
  intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Observable<unknown> | Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const headerValue = request.headers[headerName];
    if (headerValue === undefined) return next.handle();
    const version = parseVersion(headerValue);
    const tenantId = tenantIdOfRequest(request);
    if (tenantId === null) return next.handle();
    return this.waitForVersion(tenantId, version).then(() => next.handle());
  }

  private async waitForVersion(tenantId: string, version: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await this.ensureVersion(tenantId, version))) {
      if (performance.now() + pollIntervalMs > deadline) throw versionUnavailableError(version);
      await pause(pollIntervalMs);
    }
  }

  /** An outage may end, or the change may arrive, before the timeout. */
  private ensureVersion(tenantId: string, version: number): Promise<boolean> {
    return this.configurations.ensureVersion(tenantId, version).catch((error: unknown) => {
      if (error instanceof UnavailableError) return false;
      throw error;
    });
  }
}

function parseVersion(headerValue: string | string[]): number {
  if (typeof headerValue === 'string' && versionPattern.test(headerValue)) return Number(headerValue);
  const message = 'Attune-Min-Config-Version must be a whole number from 0.';
  throw new InvalidHeaderError('Attune-Min-Config-Version', message, headerValue);
}

function versionUnavailableError(version: number): DomainError {
  const message = `This replica has no version ${version} of the configuration yet; try again shortly, or without Attune-Min-Config-Version.`;
  return new UnavailableError(message, 1);
}
