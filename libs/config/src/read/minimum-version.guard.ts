import { setTimeout as pause } from 'node:timers/promises';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type DomainError, InvalidInputError, UnavailableError, truncateValue } from '#kernel';
import { tenantIdOfRequest } from '#http';
import type { FastifyRequest } from 'fastify';
import { StoredConfigurationCache } from './stored-configuration-cache.js';

const headerName = 'attune-min-config-version';
const versionPattern = /^\d{1,15}$/;
const timeoutMs = 2_000;
const pollIntervalMs = 100;

/**
 * Read your own write on any replica (specification §7.6): a request that names a version waits until this replica has at least that
 * one of its tenant. Costs requests without the header nothing.
 */
@Injectable()
export class MinimumVersionGuard implements CanActivate {
  constructor(private readonly configurations: StoredConfigurationCache) {}

  /**
   * @throws InvalidInputError when the header is no whole number.
   * @throws DomainError `unavailable` when after 2 s there is still less than asked for.
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const headerValue = request.headers[headerName];
    if (headerValue === undefined) return true;
    const version = parseVersion(headerValue);
    const tenantId = tenantIdOfRequest(request);
    return tenantId === null || this.waitForVersion(tenantId, version);
  }

  private async waitForVersion(tenantId: string, version: number): Promise<true> {
    const deadline = performance.now() + timeoutMs;
    while (!(await this.ensureVersion(tenantId, version))) {
      if (performance.now() + pollIntervalMs > deadline) throw versionUnavailableError(version);
      await pause(pollIntervalMs);
    }
    return true;
  }

  /** The database may be back, or the news be here, before the patience ends. */
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
  throw new InvalidInputError([
    { field: 'Attune-Min-Config-Version', rule: 'type', value: truncateValue(headerValue), message },
  ]);
}

function versionUnavailableError(version: number): DomainError {
  const message = `This replica has no version ${version} of the configuration yet; try again shortly, or without Attune-Min-Config-Version.`;
  return new UnavailableError(message, 1);
}
