import { UseInterceptors, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/**
 * The route honours `Idempotency-Key`: for 24 hours the same key from the same credential gives the first answer again,
 * another request under it is `conflict`. Only routes that say so pay for it.
 */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The same key gives the first answer again, for 24 hours; best a UUID',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
