import { withTimeout } from './with-timeout.js';

describe('within', () => {
  it('ends as the work ends, and leaves no timer behind', async () => {
    jest.useFakeTimers();
    await expect(withTimeout(1_000, Promise.resolve('done'))).resolves.toBe('done');
    await expect(withTimeout(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('rejects when the work has not ended by then', async () => {
    await expect(withTimeout(1, new Promise(() => undefined))).rejects.toThrow('no answer within 1 ms');
  });
});
