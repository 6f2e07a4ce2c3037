import { type Type, applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import type { ProblemSlug } from '#kernel';
import { exampleOf } from './example.js';
import { problemTypes } from '../problem/problem-types.js';

type AnswerClass = Type<object>;

interface AnswerOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** An example of the same answer as server-sent events, where it can be had as such. */
  readonly events?: string;
}

/**
 * Declares an answer in the OpenAPI document, its example made from the fields' own. `[Class]` is a page of them, `null` an
 * answer without a body.
 */
export function Answer(
  status: number,
  answer: AnswerClass | readonly [AnswerClass] | null,
  { description = '', example, events }: AnswerOptions = {},
): MethodDecorator {
  if (answer === null) return ApiResponse({ status, description });
  const isPage = Array.isArray(answer);
  const type = (isPage ? answer[0] : answer) as AnswerClass;
  const content = isPage
    ? pageContent(type)
    : { schema: { $ref: getSchemaPath(type) }, example: exampleOf(type) };
  if (example !== undefined) content.example = example;
  return applyDecorators(
    ApiExtraModels(type),
    ApiResponse({
      status,
      description,
      content: { 'application/json': content, ...eventsContent(events) },
    } as never),
  );
}

function eventsContent(example: string | undefined): Record<string, unknown> {
  return example === undefined ? {} : { 'text/event-stream': { schema: { type: 'string' }, example } };
}

/** Declares the problems that a route may answer beside 400, 401, 403, 429, 500 and 503, which all may. */
export function Problems(...slugs: ProblemSlug[]): MethodDecorator {
  const statuses = [...new Set(slugs.map((slug) => problemTypes[slug].status))];
  return applyDecorators(
    ...statuses.map((status) => problemAnswer(slugs.filter((slug) => problemTypes[slug].status === status))),
  );
}

function problemAnswer(slugs: ProblemSlug[]): MethodDecorator {
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

function pageContent(type: AnswerClass): { schema: object; example: unknown } {
  return { schema: pageSchema(type), example: { items: [exampleOf(type)], next_cursor: null } };
}

function pageSchema(type: AnswerClass): Record<string, unknown> {
  return {
    type: 'object',
    required: ['items', 'next_cursor'],
    properties: {
      items: { type: 'array', items: { $ref: getSchemaPath(type) } },
      next_cursor: { type: 'string', nullable: true },
    },
  };
}
