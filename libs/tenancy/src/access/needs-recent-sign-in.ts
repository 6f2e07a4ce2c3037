import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { Clock, ForbiddenError, isPlainObject } from '#kernel';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

type RequestCheck = (body: Readonly<Record<string, unknown>>) => boolean;

const metadataKey = Symbol('needs a recent sign-in');
const maxAgeMs = 10 * 60_000;

/** Refuses a request by a session whose sign-in is too long ago. */
@Injectable()
class RecentSignInInterceptor implements NestInterceptor {
  constructor(private readonly clock: Clock) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const isMeant = Reflect.getMetadata(metadataKey, context.getHandler()) as RequestCheck;
    const signedInAt = principal?.session?.signedInAt ?? Number.MAX_SAFE_INTEGER;
    const isOld = signedInAt + maxAgeMs < this.clock.now();
    if (isOld && isMeant(isPlainObject(body) ? body : {})) throw signInAgainError();
    return next.handle();
  }
}

/**
 * For acts that cannot be undone, or that give lasting power: a session must have signed in within the last 10 minutes, else the answer is
 * 403 with `reauthenticate: true`. API keys and JWTs are not asked. `isMeant` names the requests by their bodies; by default it is every one.
 *
 * ```ts
 * class PlansController {
 *   @NeedsRecentSignIn(isForced)
 *   change(): void {}
 * }
 * ```
 */
export function NeedsRecentSignIn(isMeant: RequestCheck = () => true): MethodDecorator {
  return applyDecorators(
    SetMetadata(metadataKey, isMeant),
    UseInterceptors(RecentSignInInterceptor),
    ApiExtension('x-attune-recent-sign-in', true),
  );
}

/** For `isMeant`: requests that use `force`. A dry run changes nothing. */
export const isForced: RequestCheck = ({ force, dry_run: isDryRun }) => force === true && isDryRun !== true;

function signInAgainError(): ForbiddenError {
  const message =
    'This needs a sign-in within the last 10 minutes. Sign in again, then send the request again.';
  return new ForbiddenError(message, { reauthenticate: true });
}
