import { type Type, applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { BooleanField, IntegerField, StringField, buildExample, decodeCursor, defaultPageLimit } from '#http';
import { InvalidInputError, isTenantId } from '#kernel';
import type { PreviewPage } from '../blast-radius.js';
import { BlastRadiusResponse } from './catalogue.response.js';

const firstPage = 'first';

/** Asks for a page of all tenants of a preview. */
export class PreviewPageQuery {
  @StringField({
    min: 1,
    max: 2000,
    pattern: /^[\w-]+$/,
    patternHint: 'first, or the next_cursor of an earlier answer',
    optional: true,
    description:
      'Adds `page`: all tenants of the preview, a page at a time. `first` is the first page; then send the `next_cursor` of the page before.',
    example: firstPage,
  })
  page?: string;

  @IntegerField({
    min: 1,
    max: 200,
    optional: true,
    description: `Tenants in the page. Default: ${defaultPageLimit}.`,
    example: defaultPageLimit,
  })
  limit: number = defaultPageLimit;
}

/** The query of a change that can be previewed. */
export class PreviewQuery extends PreviewPageQuery {
  @BooleanField({
    optional: true,
    description: 'true: returns the tenants whose settings would change, and changes nothing',
  })
  preview?: boolean;
}

/**
 * The page that a preview asks for; null for none.
 *
 * @throws InvalidInputError when a change that is no preview asks for one: it would be made.
 */
export function toPreviewPage({ preview = false, ...query }: PreviewQuery): PreviewPage | null {
  return toDryRunPage(query, { isDryRun: preview, hint: 'preview=true' });
}

/** As `toPreviewPage`, for a request whose body says that it is a dry run. `hint` is what says so. */
export function toDryRunPage(
  { page, limit }: PreviewPageQuery,
  { isDryRun, hint }: { readonly isDryRun: boolean; readonly hint: string },
): PreviewPage | null {
  if (page === undefined) return null;
  if (isDryRun) return { after: page === firstPage ? null : decodeCursor(page, isTenantId)[0], limit };
  const message = `page is for previews: send ${hint} with it.`;
  throw new InvalidInputError([{ field: 'page', rule: 'combination', message, value: page }]);
}

/** Documents the answer of a change that can be previewed: the new state, or the report of a preview. */
export function ApiAnswerOrPreview(responseType: Type<object>): MethodDecorator {
  const responseTypes = [responseType, BlastRadiusResponse];
  const content = {
    schema: { oneOf: responseTypes.map((type) => ({ $ref: getSchemaPath(type) })) },
    examples: {
      changed: { value: buildExample(responseType as new () => object) },
      preview: { value: buildExample(BlastRadiusResponse) },
    },
  };
  const description = 'The new state. With preview=true: the tenants that would change, and how.';
  return applyDecorators(
    ApiExtraModels(...responseTypes),
    ApiResponse({ status: 200, description, content: { 'application/json': content } } as never),
  );
}

/**
 * Lets a client send back what a GET returned, with the id that the path names already.
 *
 * @throws InvalidInputError when the id of the body differs from the path's.
 */
export function assertSameId({ id }: { readonly id?: string }, pathId: string): void {
  if (id === undefined || id === pathId) return;
  const message = 'id differs from the id in the path; leave it out.';
  throw new InvalidInputError([{ field: 'id', rule: 'enum', message, value: id }]);
}
