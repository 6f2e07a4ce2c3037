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
