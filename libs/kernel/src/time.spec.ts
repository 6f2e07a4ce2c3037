import { withTimeout } from './time.js';

describe('withTimeout', () => {
  it('settles as the promise does, and leaves no timer behind', async () => {
    jest.useFakeTimers();
    await expect(withTimeout(1_000, Promise.resolve('done'))).resolves.toBe('done');
    await expect(withTimeout(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('rejects when the promise has not settled in time', async () => {
    await expect(withTimeout(1, new Promise(() => undefined))).rejects.toThrow('no answer within 1 ms');
  });
});
