import { Readiness } from './health.controller.js';

describe('Readiness', () => {
  it('becomes ready when the replica has started', () => {
    const readiness = new Readiness();
    readiness.markStarted();
    expect(readiness.state).toBe('ready');
  });

  it('stays draining when a signal to stop arrived while the replica started', () => {
    const readiness = new Readiness();
    readiness.state = 'draining';
    readiness.markStarted();
    expect(readiness.state).toBe('draining');
  });
});
