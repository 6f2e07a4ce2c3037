import { type Type, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemSlug } from '#kernel';
import { ndjsonType } from '../body/ndjson.js';
import { ArrayField, IntegerField, StringField } from '../input/field-decorators.js';
import { buildExample } from './examples.js';
import { problemTypes } from '../problem/problem-types.js';

type ResponseClass = Type<object>;

interface ApiAnswerOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** Headers of the answer, of those that `apps/api` describes; `X-Request-Id` and the `Location` of 202 need not be named. */
  readonly headers?: readonly string[];
  /** The page may have `total`. */
  readonly hasTotal?: true;
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
  { description = '', example, events, headers = [], hasTotal }: ApiAnswerOptions = {},
): MethodDecorator {
  const shared = {
    status,
    description: description || defaultDescription(status),
    headers: headerReferences(headers),
  };
  if (response === null) return ApiResponse(shared as never);
  const type = Array.isArray(response)
    ? pageClass(response[0] as ResponseClass, hasTotal)
    : (response as ResponseClass);
  const content = { schema: { $ref: getSchemaPath(type) }, example: example ?? buildExample(type) };
  return applyDecorators(
    ApiExtraModels(type),
    ApiResponse({
      ...shared,
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
  return applyDecorators(ApiExtraModels(data), ApiEvents(example));
}

/** Declares a response of server-sent events, with an example of its text. */
export function ApiEvents(example: string, headers: readonly string[] = []): MethodDecorator {
  return ApiResponse({
    status: 200,
    description: 'Server-sent events',
    headers: headerReferences(headers),
    content: eventStreamContent(example),
  } as never);
}

/** Declares a body and an answer of JSON values, one a line, with examples. */
export function ApiNdjson({
  request,
  answer,
}: {
  readonly request: ResponseClass;
  readonly answer: ResponseClass;
}): MethodDecorator {
  const exampleOf = (type: ResponseClass): string => `${JSON.stringify(buildExample(type))}\n`;
  const schema = { type: 'string' } as const;
  return applyDecorators(
    ApiConsumes(ndjsonType),
    ApiBody({ schema, examples: { example: { value: exampleOf(request) } } }),
    ApiResponse({
      status: 200,
      description: 'One line for each line of the body',
      content: { [ndjsonType]: { schema, example: exampleOf(answer) } },
    } as never),
  );
}

/** Declares an answer that is a file of this type, such as `application/gzip`. */
export function ApiFile(type: string): MethodDecorator {
  return ApiResponse({
    status: 200,
    description: 'The file',
    content: { [type]: { schema: { type: 'string', format: 'binary' }, example: '…' } },
  });
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
    'x-problems': slugs,
  } as never);
}

const totalField = {
  optional: true,
  min: 0,
  description: 'Entries of the whole list; only with `include=count`',
  example: 1,
} as const;

const pageClasses = new WeakMap<ResponseClass, ResponseClass>();

/** The class of a page: `TenantPage` for `TenantResponse`. One for each class, so that the document names it once. */
function pageClass(type: ResponseClass, hasTotal?: true): ResponseClass {
  const known = pageClasses.get(type);
  if (known) return known;
  const page = class {
    items!: object[];
    next_cursor!: string | null;
  };
  Object.defineProperty(page, 'name', { value: `${type.name.replace(/Response$/, '')}Page` });
  ArrayField(() => type)(page.prototype as object, 'items');
  StringField({ nullable: true, description: 'The `cursor` of the next page; null on the last one' })(
    page.prototype as object,
    'next_cursor',
  );
  if (hasTotal) IntegerField(totalField)(page.prototype as object, 'total');
  pageClasses.set(type, page);
  return page;
}

function defaultDescription(status: number): string {
  return { 201: 'Created', 202: 'Accepted', 204: 'Done; no body', 304: 'Not modified' }[status] ?? 'OK';
}

/** The headers of one response, as references to those that `apps/api` describes. */
export function headerReferences(names: readonly string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
