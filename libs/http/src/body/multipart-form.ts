import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
  applyDecorators,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { FormLimits } from './uploaded-form.js';
import { readForm } from './read-form.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a `multipart/form-data` body, within these limits. */
    readonly form?: FormLimits;
  }
}

/** Reads the form once the guards let the caller in, and puts it where the body of another type would be. */
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
 * The route takes `multipart/form-data` beside JSON; its `@Body()` is then an `UploadedForm`. Stands below whatever looks at the body,
 * since Nest runs the lowest decorator's interceptor first.
 */
export function MultipartForm(limits: FormLimits): MethodDecorator {
  return applyDecorators(RouteConfig({ form: limits }), UseInterceptors(MultipartFormInterceptor));
}
