import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

describe('addLocatedResponses', () => {
  let app: TestHttpApp;

  beforeAll(async () => {
    app = await startTestHttpApp();
  });

  afterAll(() => app.close());

  it.each([
    ['accepted', 202],
    ['created', 201],
  ])('answers a returned %s with %i, its location and its body', async (kind, status) => {
    const response = await app.server.inject({ method: 'POST', url: `/orders/${kind}` });
    expect(response.statusCode).toBe(status);
    expect(response.headers['location']).toBe('/orders/7');
    expect(response.json()).toEqual({ id: '7' });
  });

  it('leaves the status and the body of any other result unchanged', async () => {
    const response = await app.server.inject({ method: 'GET', url: '/orders/7' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['location']).toBeUndefined();
    expect(response.json()).toEqual({ id: '7' });
  });
});
