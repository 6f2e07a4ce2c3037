import {
  ConflictError,
  InvalidInputError,
  MethodNotAllowedError,
  UnauthenticatedError,
  UnavailableError,
} from '#kernel';
import { toProblem } from './problem.js';

describe('a problem', () => {
  it('has type, title, status and detail, the request’s id, and what the error adds', () => {
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

  it('lists the faults of an input', () => {
    const { body } = toProblem(
      new InvalidInputError([{ field: 'a', rule: 'type', message: 'a must be a text.', value: 3 }]),
      'r1',
    );
    expect(body['errors']).toEqual([{ field: 'a', rule: 'type', message: 'a must be a text.', value: 3 }]);
  });

  it('puts into headers what belongs there, and not into the body', () => {
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
  ])('keeps the meaning of the framework’s own error: %s', (error, status) => {
    expect(toProblem(error, 'r1').status).toBe(status);
  });

  it.each([
    [new Error('password=hush')],
    ['hush'],
    [null],
    [undefined],
    [{ hush: 1 }],
    [Object.assign(new Error('hush'), { statusCode: 500 })],
  ])('tells nothing of what is not the caller’s: %j', (error) => {
    const { status, body } = toProblem(error, 'r1');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('hush');
    expect(body['request_id']).toBe('r1');
  });
});
