import { SignJWT } from 'jose';
import { waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { useTestApp } from '../../app/test-app.js';

const secret = 'a shared secret of more than thirty-two characters';
const app = useTestApp('tenant', { JWT_SECRET: secret, JWT_AUDIENCE: 'attune' });

function signToken(claims: object, key = secret): Promise<string> {
  const jwt = new SignJWT({ sub: 'ada', role: 'platform_admin', aud: 'attune', ...claims });
  const withExpiry = 'exp' in claims ? jwt : jwt.setExpirationTime('1h');
  return withExpiry.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));
}

describe('a refused credential', () => {
  it.each([
    ['an expired JWT', () => signToken({ exp: 1_700_000_000 }), 'jwt_expired', 'The JWT has expired.'],
    [
      'a JWT for another audience',
      () => signToken({ aud: 'account' }),
      'jwt_wrong_audience',
      'The JWT is for another audience (claim aud).',
    ],
    ['a forged JWT', () => signToken({}, `${secret}!`), 'jwt_signature', 'The JWT is not valid.'],
    [
      'an unknown key',
      () => Promise.resolve(`atn_${'1'.repeat(16)}_${'x'.repeat(48)}`),
      'unknown_key',
      'The credential is not valid.',
    ],
  ])(
    'the sender of %s gets 401 with what they may know, and the reason is in the log',
    async (_, create, reason, detail) => {
      const answer = await app.platform.as(await create()).get('/v1/platform/tenants');
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.body).toMatchObject({ detail: expect.stringContaining(detail) as string });
      const requestId = answer.headers.get('x-request-id')!;
      const line = await waitFor(() =>
        Promise.resolve(
          app.replica
            .output()
            .split('\n')
            .find((text) => text.includes(requestId)),
        ),
      );
      expect(JSON.parse(line)).toMatchObject({ status: 401, facts: { unauthenticated: reason } });
    },
  );
});
