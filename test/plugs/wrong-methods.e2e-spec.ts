import { useTestApp } from '../app/test-app.js';

const app = useTestApp();

describe('a method that a path of another protocol does not have', () => {
  it.each([
    [
      'GET',
      '/v1/chat/completions',
      'POST',
      { error: { type: 'invalid_request_error', docs: '/problems/method-not-allowed' } },
    ],
    ['DELETE', '/v1/models/attune', 'GET, HEAD', { error: { type: 'invalid_request_error' } }],
    ['GET', '/v1/embeddings', 'POST', { error: { type: 'invalid_request_error' } }],
    ['GET', '/ofrep/v1/evaluate/flags', 'POST', { errorDetails: expect.stringContaining('use POST') }],
    ['GET', '/mcp', 'POST', { jsonrpc: '2.0', error: { message: expect.stringContaining('use POST') } }],
    ['PUT', '/v1/documents', 'GET, HEAD, POST', { type: '/problems/method-not-allowed' }],
  ])(
    '%s %s is answered with 405, Allow, and an error in the form of its protocol',
    async (method, path, allow, body) => {
      const answer = await app.platform.send(path, { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(answer.body).toMatchObject(body);
    },
  );
});

describe('an address that cannot be read', () => {
  it.each([
    ['a broken escape', '%E0%A4%A'],
    ['a part that is too long', 'x'.repeat(2_000)],
  ])(
    'an address with %s is refused in the form of its protocol, with the headers of every answer',
    async (_what, part) => {
      const flag = await app.platform.post(`/ofrep/v1/evaluate/flags/${part}`, { context: {} });
      const model = await app.platform.get(`/v1/models/${part}`);
      expect([flag.status, flag.body]).toMatchObject([
        400,
        { errorCode: 'PARSE_ERROR', type: '/problems/invalid-input' },
      ]);
      expect([model.status, model.body]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
      for (const { headers, body } of [flag, model]) {
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(JSON.stringify(body).length).toBeLessThan(2_000);
      }
    },
  );
});
