import { type Type, applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import type { ProblemSlug } from '#kernel';
import { buildExample } from './class-example.js';
import { problemTypes } from '../problem/problem-types.js';

type ResponseClass = Type<object>;

interface ApiAnswerOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** An example of the same answer as server-sent events, where it can be had as such. */
  readonly events?: string;
}

/**
 * Declares an answer in the OpenAPI document, its example made from the fields' own. `[Class]` is a page of them, `null` an
 * answer without a body.
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

/** Declares the problems that a route may answer beside 400, 401, 403, 429, 500 and 503, which all may. */
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

export const problemSchema = { $ref: '#/components/schemas/Problem' };

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
