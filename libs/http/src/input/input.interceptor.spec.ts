import { Body, Controller, Get, Query, createParamDecorator } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type FieldError, InvalidInputError } from '#kernel';
import { EMPTY } from 'rxjs';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';
import { IgnoreUndeclaredInput, InputInterceptor } from './input.interceptor.js';

const customDecorators = Array.from({ length: 500 }, () => createParamDecorator(() => null)());

class PlainController {
  @Get()
  none(): void {}

  @Get()
  custom(..._values: null[]): void {}

  @Get()
  query(@Query() _query: object): void {}

  @Get()
  body(@Body() _body: object): void {}
}

// Nest gives each custom decorator a random id: among 500 of them, some begin with the digit of @Query() or @Body().
customDecorators.forEach((decorate, index) => {
  decorate(PlainController.prototype, 'custom', index);
});

@IgnoreUndeclaredInput()
@Controller()
class TolerantController {
  @Get()
  none(): void {}
}

/** Whether the interceptor lets a request through to this handler. */
async function accepts(
  controller: { readonly prototype: object },
  handler: string,
  request: { readonly url: string; readonly query?: object; readonly body?: object },
): Promise<boolean> {
  const method = (controller.prototype as Record<string, () => void>)[handler]!;
  const context = new ExecutionContextHost([request], controller as never, method);
  try {
    await new InputInterceptor({} as never).intercept(context, { handle: () => EMPTY });
    return true;
  } catch (error) {
    if (error instanceof InvalidInputError) return false;
    throw error;
  }
}

const withQuery = { url: '/plans?dry_run=true', query: { dry_run: 'true' } };
const withBody = { url: '/plans', body: { dry_run: true } };

describe('InputInterceptor', () => {
  // It reads the metadata that Nest stores for @Query() and @Body(): another version of Nest may store it elsewhere.
  it.each([
    ['accepts a query', 'query', withQuery, true],
    ['refuses a query', 'none', withQuery, false],
    ['refuses a query', 'body', withQuery, false],
    ['refuses a query', 'custom', withQuery, false],
    ['accepts a body', 'body', withBody, true],
    ['refuses a body', 'none', withBody, false],
    ['refuses a body', 'query', withBody, false],
    ['refuses a body', 'custom', withBody, false],
  ])('InputInterceptor %s for a handler that declares: %s', async (_title, handler, request, isAccepted) => {
    expect(await accepts(PlainController, handler, request)).toBe(isAccepted);
  });

  it('InputInterceptor accepts any query and body for a controller with @IgnoreUndeclaredInput', async () => {
    expect(await accepts(TolerantController, 'none', { ...withQuery, ...withBody })).toBe(true);
  });
});

describe('the errors of one request', () => {
  let app: TestHttpApp;

  beforeAll(async () => {
    app = await startTestHttpApp();
  });
  afterAll(() => app.close());

  async function errorsOf(url: string, body: unknown): Promise<FieldError[]> {
    const answer = await app.server.inject({ method: 'POST', url, payload: body as object });
    return answer.statusCode === 400 ? answer.json<{ errors: FieldError[] }>().errors : [];
  }
  const rulesOf = async (url: string, body: unknown): Promise<string[]> =>
    (await errorsOf(url, body)).map(({ field, rule }) => `${field}: ${rule}`).toSorted();

  const line = { article: 'book' };

  it.each([
    ['nothing of a valid request', '/orders/checked', { line, plan: 'pro' }, []],
    ['an error that the handler finds', '/orders/checked', { line, plan: 'gold' }, ['plan: enum']],
    [
      'errors of the query and of the body',
      '/orders/checked?limit=0&deep=maybe',
      { line, plan: 3 },
      ['deep: type', 'limit: min', 'plan: type'],
    ],
    [
      'an unknown query parameter with errors of the body',
      '/orders?dry=1',
      { note: 3, more: 1 },
      ['dry: unknown_field', 'more: unknown_field', 'note: type'],
    ],
    [
      'errors of the declared fields with those that the handler finds',
      '/orders/checked',
      { line: { article: 'car' }, plan: 'gold', count: 10 },
      ['count: max', 'line.article: enum', 'plan: enum'],
    ],
    [
      'errors that the handler finds, if only the query is wrong',
      '/orders/checked?limit=0',
      { line, plan: 'gold' },
      ['limit: min', 'plan: enum'],
    ],
    [
      'no second error of an object of which a member is wrong',
      '/orders/checked',
      { line: { article: 'book', amount: 0 }, plan: 'pro' },
      ['line.amount: min'],
    ],
    ['a missing object once', '/orders/checked', { plan: 'pro' }, ['line: required']],
    ['one error of a body that is no object', '/orders/checked', [], [': type']],
  ])('one answer lists %s', async (_what, url, body, expected) => {
    expect(await rulesOf(url, body)).toEqual(expected);
  });

  it.each([
    ['/orders', 'a=1', undefined, 'has no Content-Type'],
    ['/orders', 'a=1', 'application/x-www-form-urlencoded', 'has application/x-www-form-urlencoded'],
    ['/documents', 'text', 'text/plain', 'or multipart/form-data with files'],
  ])('POST %s of %j as %s answers 415 and says what to send', async (url, payload, type, part) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await app.server.inject({ method: 'POST', url, payload: Buffer.from(payload), headers });
    const { detail } = answer.json<{ detail: string }>();
    expect([answer.statusCode, detail]).toEqual([
      415,
      expect.stringContaining('Content-Type: application/json'),
    ]);
    expect(detail).toContain(part);
  });

  it.each([
    ['{"note": }', 'a value is missing at line 1, column 10.'],
    ['{"__proto__": {}}', 'has a member named __proto__'],
  ])('POST /orders of %s says where the mistake is', async (payload, part) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.server.inject({ method: 'POST', url: '/orders', payload, headers });
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringContaining(part),
    ]);
  });

  it.each([
    ['/orders', { notes: 'x' }, 'Unknown field "notes". Did you mean "note"?'],
    ['/orders', { colour: 'x' }, 'Unknown field "colour". Check the spelling, or leave it out.'],
    [
      '/orders/checked',
      { plan: 'pro', line: { ...line, amuont: 1 } },
      'Unknown field "line.amuont". Did you mean "amount"?',
    ],
    ['/orders?dry=1', {}, 'Unknown query parameter "dry". This route takes none.'],
    [
      '/orders/checked?limt=1',
      { line, plan: 'pro' },
      'Unknown query parameter "limt". Did you mean "limit"? Allowed: cursor, deep, limit.',
    ],
    [
      '/orders/checked?q=1',
      { line, plan: 'pro' },
      'Unknown query parameter "q". Allowed: cursor, deep, limit.',
    ],
  ])('POST %s with %j says: %s', async (url, body, message) => {
    expect((await errorsOf(url, body)).map((error) => error.message)).toEqual([message]);
  });
});
