import { type Type, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemSlug } from '#kernel';
import { buildExample } from './examples.js';
import { problemTypes } from '../problem/problem-types.js';

type ResponseClass = Type<object>;

interface ApiAnswerOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** An example of the same answer as server-sent events, if the route can send it in this form. */
  readonly events?: string;
}

/**
 * Declares a response in the OpenAPI document. Its example is built from the examples of its fields. `[Class]` declares a page of
 * objects of that class, and `null` a response without a body.
 *
 * ```ts
 * class StatusController {
 *   @ApiAnswer(200, [PageQuery])
 *   list(): Page<PageQuery> {
 *     return new Page([], null);
 *   }
 * }
 * ```
 */
export function ApiAnswer(
  status: number,
  response: ResponseClass | readonly [ResponseClass] | null,
  { description = '', example, events }: ApiAnswerOptions = {},
): MethodDecorator {
  if (response === null) return ApiResponse({ status, description });
  const isPage = Array.isArray(response);
  const type = (isPage ? response[0] : response) as ResponseClass;
  const content = isPage
    ? pageContent(type)
    : { schema: { $ref: getSchemaPath(type) }, example: buildExample(type) };
  if (example !== undefined) content.example = example;
  return applyDecorators(
    ApiExtraModels(type),
    ApiResponse({
      status,
      description,
      content: { 'application/json': content, ...eventStreamContent(events) },
    } as never),
  );
}

function eventStreamContent(example: string | undefined): Record<string, unknown> {
  return example === undefined ? {} : { 'text/event-stream': { schema: { type: 'string' }, example } };
}

/** Declares a response of server-sent events `progress` whose data is of this class. */
export function ApiEventStream(data: Type<object>): MethodDecorator {
  const example = `event: progress\ndata: ${JSON.stringify(buildExample(data))}\n\n`;
  const content = { 'text/event-stream': { schema: { type: 'string' }, example } };
  return applyDecorators(
    ApiExtraModels(data),
    ApiResponse({ status: 200, description: 'Server-sent events', content } as never),
  );
}

/** Declares a body that the route validates itself, with an example. */
export function ApiRequestBody(type: Type<object>, example: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiBody({ schema: { $ref: getSchemaPath(type) }, examples: { example: { value: example } } }),
  );
}

/** Declares the problems that this route may answer, in addition to those that every route may answer. */
export function ApiProblems(...slugs: ProblemSlug[]): MethodDecorator {
  const statuses = [...new Set(slugs.map((slug) => problemTypes[slug].status))];
  return applyDecorators(
    ...statuses.map((status) =>
      problemResponse(slugs.filter((slug) => problemTypes[slug].status === status)),
    ),
  );
}

function problemResponse(slugs: ProblemSlug[]): MethodDecorator {
  const status = problemTypes[slugs[0]!].status;
  return ApiResponse({
    status,
    description: slugs.map((slug) => problemTypes[slug].title).join(' · '),
    content: { 'application/problem+json': { schema: problemSchema, example: problemExample(slugs[0]!) } },
  } as never);
}

/** Refers to the schema of problem documents in the OpenAPI document. */
export const problemSchema = { $ref: '#/components/schemas/Problem' };

/** An example of the problem document with this slug. */
export function problemExample(slug: ProblemSlug): Record<string, unknown> {
  const { status, title, remedy, members = {} } = problemTypes[slug];
  return { type: `/problems/${slug}`, title, status, detail: remedy, request_id: '4f1c2a9b7d3e', ...members };
}

function pageContent(type: ResponseClass): { schema: object; example: unknown } {
  return { schema: pageSchema(type), example: { items: [buildExample(type)], next_cursor: null } };
}

function pageSchema(type: ResponseClass): Record<string, unknown> {
  return {
    type: 'object',
    required: ['items', 'next_cursor'],
    properties: {
      items: { type: 'array', items: { $ref: getSchemaPath(type) } },
      next_cursor: { type: 'string', nullable: true },
    },
  };
}
