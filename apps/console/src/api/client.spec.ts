import { toUrl } from './client.js';
import { toProblem } from './problem.js';

describe('toUrl', () => {
  it('fills the path, escapes its parameters, repeats lists and leaves null and undefined out', () => {
    const query = { q: 'a b', plan: ['pro', 'free'], cursor: undefined, sort: null };
    expect(toUrl('/v1/x/{id}/y', { id: 'a/b' }, query)).toBe('/v1/x/a%2Fb/y?q=a+b&plan=pro&plan=free');
  });

  it('a path without parameters and query stays as it is', () => {
    expect(toUrl('/v1/config')).toBe('/v1/config');
  });
});

describe('toProblem', () => {
  it('reads the slug, the members and Retry-After of problem+json', () => {
    const response = new Response('', {
      status: 429,
      headers: { 'retry-after': '12', 'x-request-id': 'r1' },
    });
    expect(toProblem(response, { type: '/problems/rate-limited', title: 'Too many', limit: 10 })).toEqual({
      type: '/problems/rate-limited',
      slug: 'rate-limited',
      title: 'Too many',
      limit: 10,
      status: 429,
      request_id: 'r1',
      retryAfterS: 12,
    });
  });

  it('the page of a proxy becomes the problem internal with the status of the response', () => {
    const response = new Response('', { status: 502, statusText: 'Bad Gateway' });
    expect(toProblem(response, '<html>')).toEqual({ slug: 'internal', status: 502, title: 'Bad Gateway' });
  });
});
