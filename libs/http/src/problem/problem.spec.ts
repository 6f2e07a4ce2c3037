import {
  ConflictError,
  InvalidInputError,
  MethodNotAllowedError,
  UnauthenticatedError,
  UnavailableError,
} from '#kernel';
import { toProblem } from './problem.js';

describe('toProblem', () => {
  it('returns type, title, status, detail, request id and the details of the error', () => {
    const error = new ConflictError('The id is taken.', { field: 'tenant_id' });
    expect(toProblem(error, 'r1')).toEqual({
      slug: 'conflict',
      status: 409,
      headers: {},
      body: {
        type: '/problems/conflict',
        title: 'Conflict',
        status: 409,
        detail: 'The id is taken.',
        request_id: 'r1',
        field: 'tenant_id',
      },
    });
  });

  it('lists the errors of an invalid input', () => {
    const { body } = toProblem(
      new InvalidInputError([{ field: 'a', rule: 'type', message: 'a must be a string.', value: 3 }]),
      'r1',
    );
    expect(body['errors']).toEqual([{ field: 'a', rule: 'type', message: 'a must be a string.', value: 3 }]);
  });

  it('moves retry_after_s and allow from the body to headers', () => {
    const { headers, body } = toProblem(new UnavailableError('Later.', 2), 'r1');
    expect(headers).toEqual({ 'retry-after': '2' });
    expect(body).not.toHaveProperty('retry_after_s');
    expect(toProblem(new MethodNotAllowedError('No.', 'GET'), 'r1').headers).toEqual({
      allow: 'GET',
    });
    expect(toProblem(new UnauthenticatedError('Who?'), 'r1').headers).toEqual({
      'www-authenticate': 'Bearer realm="attune"',
    });
  });

  it.each([
    [Object.assign(new Error('too large'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 413],
    [Object.assign(new Error('media'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }), 415],
    [Object.assign(new SyntaxError('Unexpected token'), { statusCode: 400 }), 400],
  ])('keeps the status of a refusal by the framework: %s', (error, status) => {
    expect(toProblem(error, 'r1').status).toBe(status);
  });

  it.each([
    [new Error('password=hush')],
    ['hush'],
    [null],
    [undefined],
    [{ hush: 1 }],
    [Object.assign(new Error('hush'), { statusCode: 500 })],
  ])('hides the message of an internal error: %j', (error) => {
    const { status, body } = toProblem(error, 'r1');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hush');
    expect(body['request_id']).toBe('r1');
  });

  it('toProblem repeats of a long refusal only its beginning and its end', () => {
    const error = Object.assign(new Error(`'/orders/${'a'.repeat(3000)}' is too long`), {
      statusCode: 400,
    });
    const { detail } = toProblem(error, 'request-1').body as { detail: string };
    expect(detail).toMatch(/^The request cannot be read: '\/orders\/a+…a+' is too long$/);
    expect(detail.length).toBeLessThan(250);
  });
});
