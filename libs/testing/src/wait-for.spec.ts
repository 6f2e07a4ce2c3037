import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('resolves to the first truthy value', async () => {
    const values = [null, 0, 'here'];
    await expect(waitFor(() => values.shift())).resolves.toBe('here');
  });

  it('treats an error as "not yet"', async () => {
    let tries = 0;
    const condition = () => {
      tries += 1;
      if (tries < 3) throw new Error('too early');
      return Promise.resolve(tries);
    };
    await expect(waitFor(condition)).resolves.toBe(3);
  });

  it('fails with the name of the condition and the last error when the time is over', async () => {
    const condition = () => Promise.reject(new Error('still down'));
    const failure = await waitFor(condition, { timeoutMs: 0, what: 'the link is back' }).catch(
      (error: Error) => error,
    );
    expect(failure).toMatchObject({
      message: 'Not within 0 ms: the link is back',
      cause: { message: 'still down' },
    });
  });
});
