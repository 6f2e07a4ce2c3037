import type { Readable } from 'node:stream';
import { applyDecorators } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { InvalidInputError } from '#kernel';
import { AddRouteConfig } from '../access/route-config.js';
import { readText } from './read-text.js';

/** The media type of a form without files. */
export const urlencodedType = 'application/x-www-form-urlencoded';
const maxFields = 100;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route accepts a form without files, of this size at most, and no other body. */
    readonly urlencodedMaxBytes?: number;
  }
}

/**
 * The route accepts a form without files and no other body; its `@Body()` is an object of texts.
 *
 * ```ts
 * class SignOutController {
 *   @UrlencodedForm(16_384)
 *   signOut({ logout_token }: Record<string, string>): number {
 *     return logout_token?.length ?? 0;
 *   }
 * }
 * ```
 */
export function UrlencodedForm(maxBytes: number): MethodDecorator {
  return applyDecorators(AddRouteConfig({ urlencodedMaxBytes: maxBytes }), ApiConsumes(urlencodedType));
}

/** @throws PayloadTooLargeError for too many bytes. @throws InvalidInputError for a field that is there twice, and for too many fields. */
export async function readUrlencoded(stream: Readable, maxBytes: number): Promise<Record<string, string>> {
  const fields = [...new URLSearchParams(await readText(stream, maxBytes))];
  if (fields.length > maxFields) throw invalidBody(`The form has more than ${maxFields} fields.`, 'too_many');
  const form = new Map(fields);
  if (form.size < fields.length) throw invalidBody('The form has a field twice.', 'type');
  return Object.fromEntries(form);
}

function invalidBody(message: string, rule: 'type' | 'too_many'): InvalidInputError {
  return new InvalidInputError([{ field: '', rule, message }]);
}
