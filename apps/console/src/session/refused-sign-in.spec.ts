import { refusedSignIn } from './refused-sign-in.js';
import { sessionTexts } from './session.texts.js';

const problem = (slug: string, more: object = {}) => ({ slug, title: 'Title', status: 400, ...more });

describe('refusedSignIn', () => {
  it('a wrong and an expired key differ by what the service says', () => {
    const texts = ['There is no such key.', 'The key has expired.'].map((detail) =>
      refusedSignIn(problem('unauthenticated', { detail })),
    );
    expect(texts).toEqual([
      { title: 'The key was not accepted', text: 'There is no such key.' },
      { title: 'The key was not accepted', text: 'The key has expired.' },
    ]);
  });

  it('the key is not called wrong while the database is away', () => {
    const { title, text } = refusedSignIn(
      problem('unavailable', { detail: 'Database down', retryAfterS: 1.4 }),
    );
    expect(title).toBe('The key could not be checked');
    expect(text).toBe(`${sessionTexts.databaseAway} Try again in 2 s.`);
  });

  it('an unknown problem keeps its title and detail', () => {
    expect(refusedSignIn(problem('teapot', { detail: 'No.' }))).toEqual({ title: 'Title', text: 'No.' });
  });
});
