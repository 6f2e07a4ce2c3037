import { setTimeout as pause } from 'node:timers/promises';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type DomainError, InvalidInputError, UnavailableError, shownValue } from '#kernel';
import { tenantOfRequest } from '#tenancy';
import type { FastifyRequest } from 'fastify';
import { StoredConfigurations } from './stored-configurations.js';

const header = 'attune-min-config-version';
const form = /^\d{1,15}$/;
const patienceMs = 2_000;
const pollMs = 100;

/**
 * Read your own write on any replica (SPEC §7.6): a request that names a version waits until this replica has at least that
 * one of its tenant. Costs requests without the header nothing.
 */
@Injectable()
export class MinimumVersion implements CanActivate {
  constructor(private readonly stored: StoredConfigurations) {}

  /**
   * @throws InvalidInputError when the header is no whole number.
   * @throws DomainError `unavailable` when after 2 s there is still less than asked for.
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const asked = request.headers[header];
    if (asked === undefined) return true;
    const version = versionIn(asked);
    const tenantId = tenantOfRequest(request);
    return tenantId === null || this.reach(tenantId, version);
  }

  private async reach(tenantId: string, version: number): Promise<true> {
    const limit = performance.now() + patienceMs;
    while (!(await this.hasReached(tenantId, version))) {
      if (performance.now() + pollMs > limit) throw notReached(version);
      await pause(pollMs);
    }
    return true;
  }

  /** The database may be back, or the news be here, before the patience ends. */
  private hasReached(tenantId: string, version: number): Promise<boolean> {
    return this.stored.hasReached(tenantId, version).catch((error: unknown) => {
      if (error instanceof UnavailableError) return false;
      throw error;
    });
  }
}

function versionIn(asked: string | string[]): number {
  if (typeof asked === 'string' && form.test(asked)) return Number(asked);
  const message = 'Attune-Min-Config-Version must be a whole number from 0.';
  throw new InvalidInputError([
    { field: 'Attune-Min-Config-Version', rule: 'type', value: shownValue(asked), message },
  ]);
}

function notReached(version: number): DomainError {
  const message = `This replica has no version ${version} of the configuration yet; try again shortly, or without Attune-Min-Config-Version.`;
  return new UnavailableError(message, 1);
}
