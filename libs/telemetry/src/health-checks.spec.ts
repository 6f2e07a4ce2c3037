import { HealthChecks } from './health-checks.js';

describe('HealthChecks', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('returns nothing when no check is registered', async () => {
    expect(await new HealthChecks().runAll()).toEqual({});
  });

  it('returns the result of each check under its name', async () => {
    const checks = new HealthChecks();
    checks.register('database', () => Promise.resolve({ status: 'ok', detail: null }));
    checks.register('redis', () => Promise.resolve({ status: 'degraded', detail: 'reconnecting' }));
    expect(await checks.runAll()).toEqual({
      database: { status: 'ok', detail: null },
      redis: { status: 'degraded', detail: 'reconnecting' },
    });
  });

  it('reports a check as degraded that throws or rejects', async () => {
    const checks = new HealthChecks();
    checks.register('later', () => Promise.reject(new Error('no connection')));
    checks.register('odd', () => Promise.reject(new TypeError('')));
    checks.register('at once', () => {
      throw new Error('not ready');
    });
    expect(await checks.runAll()).toEqual({
      later: { status: 'degraded', detail: 'no connection' },
      odd: { status: 'degraded', detail: expect.any(String) as string },
      'at once': { status: 'degraded', detail: 'not ready' },
    });
  });

  it('reports a check as degraded after one second without a result', async () => {
    const checks = new HealthChecks();
    checks.register('slow', () => new Promise(() => undefined));
    checks.register('quick', () => Promise.resolve({ status: 'ok', detail: null }));
    const results = checks.runAll();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await results).toMatchObject({ slow: { status: 'degraded' }, quick: { status: 'ok' } });
  });
});
