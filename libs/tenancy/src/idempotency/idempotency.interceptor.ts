import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { applyLocatedResponse, principalOf } from '#http';
import { InvalidHeaderError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, lastValueFrom, of } from 'rxjs';
import { credentialOf } from '../credential/credential-header.js';
import type { Attempt } from './idempotency.repository.js';
import { IdempotencyService } from './idempotency.service.js';
import { digestOf } from './request-digest.js';
import type { StoredResponse } from './sealed-answer.js';

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/** Answers a repeated request with the response to the first one, as `IdempotencyService` does. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: IdempotencyService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const attempt = await toAttempt(request, [request.method, request.url, request.body ?? null]);
    if (attempt === null) return next.handle();
    const answer = await this.idempotency.run(attempt, async () =>
      toKeptAnswer(reply, applyLocatedResponse(reply, await lastValueFrom(next.handle()))),
    );
    reply.status(answer.status).headers(answer.headers);
    return of(answer.body);
  }
}

/**
 * The request as one that must not take effect twice; null if it has no `Idempotency-Key`. `content` is what a repetition has the same.
 *
 * @throws InvalidHeaderError when the key is malformed.
 */
export async function toAttempt(request: FastifyRequest, content: unknown): Promise<Attempt | null> {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = String(header);
  if (!keyPattern.test(key)) throw invalidKeyError(key);
  const { tenantId, actor } = principalOf(request);
  // An API key is as secret as the response. A JWT and a session may be new at each repetition, so they cannot be part of the secret.
  const credential = actor.startsWith('key:') ? (credentialOf(request.headers) ?? '') : '';
  return { tenantId, actor, key, digest: await digestOf(content), secret: `${key}\n${credential}` };
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
