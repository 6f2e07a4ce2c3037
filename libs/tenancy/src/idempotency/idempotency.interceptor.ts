import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { applyLocatedResponse, principalOf } from '#http';
import { credentialOf } from '../credential/credential-header.js';
import type { StoredResponse } from './sealed-answer.js';
import { DomainError, InvalidHeaderError, UnavailableError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, lastValueFrom, of } from 'rxjs';
import { type Attempt, type Claim, IdempotencyRepository } from './idempotency.repository.js';
import { digestOf } from './request-digest.js';

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/**
 * Answers a repeated request with the response to the first one. Only responses of a handler are stored: a refused request runs
 * again. When the database or the process failed, the outcome may be unknown: a request that may have taken effect is
 * a conflict for 24 hours; one that did not can run again after five minutes at the latest.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger('idempotency');

  constructor(private readonly repository: IdempotencyRepository) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    const claimed = await this.repository.claim(await toAttempt(request, String(key)));
    if ('claimedAt' in claimed) return of(await this.runFirst(claimed, next, reply));
    reply.status(claimed.status).headers(claimed.headers);
    return of(claimed.body);
  }

  private async runFirst(claim: Claim, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const body = applyLocatedResponse(reply, await this.runOrRelease(claim, next));
    await this.repository.keep(claim, toKeptAnswer(reply, body)).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the response to an idempotent request could not be stored');
    });
    return body;
  }

  private async runOrRelease(claim: Claim, next: CallHandler): Promise<unknown> {
    try {
      return await this.repository.run(claim, () => lastValueFrom(next.handle()));
    } catch (error) {
      // If the key cannot be freed now, it expires by itself; the caller needs the first error.
      await this.releaseAfter(claim, error).catch(() => undefined);
      throw error;
    }
  }

  /** A refusal means that nothing was done. After any other error only the mark shows whether something was changed. */
  private releaseAfter(claim: Claim, error: unknown): Promise<void> {
    const isRefusal = error instanceof DomainError && !(error instanceof UnavailableError);
    return isRefusal ? this.repository.release(claim) : this.repository.releaseUnlessMarked(claim);
  }
}

async function toAttempt(request: FastifyRequest, key: string): Promise<Attempt> {
  if (!keyPattern.test(key)) throw invalidKeyError(key);
  const { tenantId, actor } = principalOf(request);
  const digest = await digestOf([request.method, request.url, request.body ?? null]);
  // An API key is as secret as the response. A JWT may be a new one at each repetition, so it cannot be part of the secret.
  const credential = actor.startsWith('key:') ? credentialOf(request.headers) : '';
  return { tenantId, actor, key, digest, secret: `${key}\n${credential}` };
}

function toKeptAnswer(reply: FastifyReply, body: unknown): StoredResponse {
  const location = reply.getHeader('location');
  return {
    status: reply.statusCode,
    headers: location === undefined ? {} : { location: String(location) },
    body,
  };
}

function invalidKeyError(key: string): InvalidHeaderError {
  const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters.';
  return new InvalidHeaderError('Idempotency-Key', message, key);
}
