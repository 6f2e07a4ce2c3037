import { UseInterceptors, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/**
 * The route accepts the header `Idempotency-Key`: for 24 hours a repetition with the same key and actor gets the first
 * response again, and a different request with that key gets `conflict`. The controller's module must import
 * `IdempotencyModule` or `TenancyModule`.
 *
 * ```ts
 * @Controller('v1/api-keys')
 * class KeysController {
 *   @Post() @Idempotent() create(@Body() body: unknown) {}
 * }
 * ```
 */
export const Idempotent = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'A repetition with the same key gets the first response again, for 24 hours. Use a UUID.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
