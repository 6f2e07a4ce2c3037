import { Readiness } from './health.controller.js';

describe('Readiness', () => {
  it('becomes ready when the replica has started', () => {
    const readiness = new Readiness();
    readiness.markStarted();
    expect(readiness.state).toBe('ready');
  });

  it('stays draining when the replica was told to stop while it started', () => {
    const readiness = new Readiness();
    readiness.state = 'draining';
    readiness.markStarted();
    expect(readiness.state).toBe('draining');
  });
});
