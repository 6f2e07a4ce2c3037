import { readFileSync } from 'node:fs';
import { outageReasonOf } from './connection-errors.js';
import { explainConnectionError } from './connection-problem.js';

const missingFile = (): Error => {
  try {
    readFileSync('/nowhere/ca.pem');
  } catch (error) {
    return error as Error;
  }
  throw new Error('The file exists.');
};
const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('explainConnectionError', () => {
  it.each([
    [
      'self-signed certificate',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      /sslmode=verify-full&sslrootcert=.*sslmode=no-verify/,
    ],
    ['certificate has expired', 'CERT_HAS_EXPIRED', /sslmode=no-verify/],
    ['The server does not support SSL connections', '', /turn it on, or add sslmode=disable/],
    ['database "nowhere" does not exist', '3D000', /^DATABASE_URL: database "nowhere" does not exist\.$/],
    [
      'password authentication failed for user "app"',
      '28P01',
      /^DATABASE_URL: password authentication failed/,
    ],
  ])('explainConnectionError names the variable and a remedy for: %s', (message, code, expected) => {
    const original = withCode(message, code);
    const explained = explainConnectionError('DATABASE_URL', original) as Error;
    expect(explained.message).toMatch(/^DATABASE_URL: /);
    expect(explained.message).toMatch(expected);
    expect(explained.cause).toBe(original);
  });

  it('explainConnectionError says that a file of the URL cannot be read, which is no outage', () => {
    const error = missingFile();
    expect(outageReasonOf(error)).toBeNull();
    expect(explainConnectionError('DATABASE_URL', error)).toMatchObject({
      message: expect.stringMatching(/^DATABASE_URL: ENOENT.*'\/nowhere\/ca\.pem'; sslrootcert/) as string,
    });
  });

  it.each([withCode('connect ECONNREFUSED', 'ECONNREFUSED'), withCode('syntax error', '42601'), 'text'])(
    'explainConnectionError leaves %s as it is',
    (error) => {
      expect(explainConnectionError('DATABASE_URL', error)).toBe(error);
    },
  );
});
