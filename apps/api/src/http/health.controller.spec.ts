import { Readiness } from './health.controller.js';

describe('Readiness', () => {
  it('markStarted makes a starting replica ready', () => {
    const readiness = new Readiness();
    readiness.markStarted();
    expect(readiness.state).toBe('ready');
  });

  it('markStarted leaves a replica draining when a signal to stop arrived while it started', () => {
    const readiness = new Readiness();
    readiness.state = 'draining';
    readiness.markStarted();
    expect(readiness.state).toBe('draining');
  });
});
