import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { WarmUp } from './warm-up.js';

Logger.overrideLogger(false);

describe('WarmUp', () => {
  it('holds the start up until everything is held', async () => {
    const [activity, stored] = [Promise.withResolvers<string[]>(), Promise.withResolvers<void>()];
    const steps = [
      { whenUp: (work: () => Promise<void>) => work() },
      { recent: () => activity.promise },
      { warm: () => stored.promise },
      { warm: () => Promise.resolve() },
      { current: () => Promise.resolve() },
    ] as const;
    let hasStarted = false;
    const starting = new WarmUp(...(steps as never as ConstructorParameters<typeof WarmUp>))
      .onApplicationBootstrap()
      .then(() => (hasStarted = true));
    await setImmediate();
    expect(hasStarted).toBe(false);
    activity.resolve(['acme']);
    await setImmediate();
    expect(hasStarted).toBe(false);
    stored.resolve();
    await starting;
  });
});
