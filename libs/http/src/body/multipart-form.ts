import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { AddRouteConfig } from '../access/route-config.js';
import type { FormLimits } from './uploaded-form.js';
import { readForm } from './read-form.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route accepts a `multipart/form-data` body within these limits. */
    readonly form?: FormLimits;
  }
}

/** Reads the form after the guards have accepted the caller, and sets it as the body of the request. */
@Injectable()
class MultipartFormInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { form } = request.routeOptions.config;
    if (form && request.isMultipart()) request.body = await readForm(request, form);
    return next.handle();
  }
}

/**
 * The route accepts `multipart/form-data` as well as JSON; for a form its `@Body()` is an `UploadedForm`. Put it below every decorator
 * whose interceptor reads the body, because Nest runs the interceptor of the lowest decorator first.
 *
 * ```ts
 * const limits = { maxFiles: 1, maxFileBytes: 1024, maxBytes: 2048, fieldNames: ['title'] };
 * class NotesController {
 *   @MultipartForm(limits)
 *   add(body: UploadedForm): number {
 *     return body.files.length;
 *   }
 * }
 * ```
 */
export function MultipartForm(limits: FormLimits): MethodDecorator {
  return applyDecorators(AddRouteConfig({ form: limits }), UseInterceptors(MultipartFormInterceptor));
}
