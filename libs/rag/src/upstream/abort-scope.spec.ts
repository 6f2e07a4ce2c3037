import { AbortScope } from './abort-scope.js';

describe('AbortScope', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('AbortScope aborts with the reason of the signal that it follows, also of one that has aborted before', () => {
    const outer = new AbortController();
    const scope = new AbortScope({ signal: outer.signal });
    expect(scope.signal.aborted).toBe(false);
    outer.abort('the client left');
    expect([scope.signal.reason, new AbortScope({ signal: outer.signal }).signal.reason]).toEqual([
      'the client left',
      'the client left',
    ]);
    expect(scope.isTimedOut).toBe(false);
  });

  it('AbortScope aborts with a TimeoutError when the time is over', () => {
    const scope = new AbortScope({ timeoutMs: 100 });
    jest.advanceTimersByTime(99);
    expect(scope.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect([scope.signal.reason.name, scope.isTimedOut]).toEqual(['TimeoutError', true]);
  });

  it('AbortScope leaves no timer and no listener behind after its end', () => {
    const outer = new AbortController();
    const scope = new AbortScope({ signal: outer.signal, timeoutMs: 100 });
    scope.end();
    outer.abort();
    expect([jest.getTimerCount(), scope.signal.aborted, scope.isTimedOut]).toEqual([0, false, false]);
  });

  it('abort aborts the work, and not the signal that the scope follows', () => {
    const outer = new AbortController();
    const scope = new AbortScope({ signal: outer.signal });
    scope.abort();
    expect([scope.signal.aborted, outer.signal.aborted]).toEqual([true, false]);
  });
});
