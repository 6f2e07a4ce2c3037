import { Body, Controller, Get, Query, createParamDecorator } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { InvalidInputError } from '#kernel';
import { IgnoreUndeclaredInput, UndeclaredInputGuard } from './undeclared-input.guard.js';

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

/** Whether the guard accepts a request to this handler. */
function accepts(
  controller: { readonly prototype: object },
  handler: string,
  request: { readonly url: string; readonly query?: object; readonly body?: object },
): boolean {
  const method = (controller.prototype as Record<string, () => void>)[handler]!;
  const context = new ExecutionContextHost([request], controller as never, method);
  try {
    return new UndeclaredInputGuard().canActivate(context);
  } catch (error) {
    if (error instanceof InvalidInputError) return false;
    throw error;
  }
}

const withQuery = { url: '/plans?dry_run=true', query: { dry_run: 'true' } };
const withBody = { url: '/plans', body: { dry_run: true } };

describe('UndeclaredInputGuard', () => {
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
  ])('UndeclaredInputGuard %s for a handler that declares: %s', (_title, handler, request, isAccepted) => {
    expect(accepts(PlainController, handler, request)).toBe(isAccepted);
  });

  it('accepts any query and body for a controller with @IgnoreUndeclaredInput', () => {
    expect(accepts(TolerantController, 'none', { ...withQuery, ...withBody })).toBe(true);
  });
});
