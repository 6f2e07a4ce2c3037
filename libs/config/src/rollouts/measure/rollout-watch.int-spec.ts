import { RolloutScene, platformAdmin, unwatched } from '../../../testing/rollout-scene.js';
import { Clock } from '#kernel';
import { stores } from '../../../testing/stores.js';
import { RolloutRepository } from '../rollout.repository.js';
import { RunningRollouts } from '../running-rollouts.js';
import { GuardrailCheck } from './guardrail-check.js';
import { ObservationRepository } from './observation.repository.js';
import { RolloutObservations } from './rollout-observations.js';
import { RolloutWatch } from './rollout-watch.js';

class SetClock extends Clock {
  at = 0;

  now(): number {
    return this.at;
  }
}

/** Cannot write while it is told so, as if the database were away. */
class FailingObservations extends RolloutObservations {
  isDown = true;

  override flush(): Promise<boolean> {
    return this.isDown ? Promise.reject(new Error('The database is away.')) : super.flush();
  }
}

describe.each(stores)('measured rollouts on %s', (_name, open) => {
  let scene: RolloutScene;

  beforeAll(async () => {
    scene = await RolloutScene.open(open);
  });
  afterEach(() => scene.endAll());
  afterAll(() => scene?.close());

  it('add up over replicas, for the step in which the query began', async () => {
    const { rollout } = await scene.start({ selector: { tenant_ids: await scene.someTenants(1) } });
    const place = { id: rollout.id, step: 1, arm: 'treatment' as const };
    scene.note(3, place, { isFallback: true, ms: 1000 });
    scene.other
      .get(RolloutObservations)
      .note(place, { outcome: 'failed', isFallback: false, costUsd: 0, ms: 100 });
    await Promise.all([scene.watch(), scene.other.get(RolloutWatch).watch()]);
    scene.note(2, { ...place, arm: 'control' });
    await scene.watch();
    const { tallies } = await scene.rollouts.get(rollout.id);
    expect(tallies).toMatchObject({
      treatment: { samples: 4, errors: 1, fallbacks: 3, cost_usd: expect.closeTo(0.03) },
      control: { samples: 2, errors: 0, fallbacks: 0 },
    });
    expect(tallies.treatment.latencies.filter((each) => each > 0).toSorted()).toEqual([1, 3]);
    await scene.rollouts.step(rollout.id, 60, platformAdmin);
    scene.note(1, place);
    await scene.watch();
    const next = await scene.rollouts.get(rollout.id);
    expect([next.tallies.treatment.samples, next.tallies.control.samples]).toEqual([0, 0]);
  });

  it('stop themselves on every replica when a limit is crossed, and say why', async () => {
    const ids = await scene.someTenants(1);
    const guardrails = { ...unwatched, max_fallback_rate: 0.5 };
    const { rollout } = await scene.start({ selector: { tenant_ids: ids }, percentage: 100, guardrails });
    expect((await scene.other.reader.current(ids[0]!)).settings.temperature).toBe(0.1);
    const place = { id: rollout.id, step: 1, arm: 'treatment' as const };
    scene.note(2, place, { isFallback: true });
    await scene.watch();
    expect(await scene.stateOf(rollout.id)).toEqual({ state: 'running', stop_reason: null });
    scene.note(1, place, { isFallback: true });
    await Promise.all([scene.watch(), scene.other.get(RolloutWatch).watch()]);
    expect(await scene.stateOf(rollout.id)).toEqual({
      state: 'stopped',
      stop_reason: 'The fallback rate of 100 % is above 50 % (3 queries of the treatment).',
    });
    for (const { reader } of [scene.services, scene.other])
      expect((await reader.current(ids[0]!)).settings.temperature).toBe(0.7);
  });

  it('go on when the reason to stop speaks of a step that has passed', async () => {
    const { rollout } = await scene.start({ selector: { tenant_ids: await scene.someTenants(1) } });
    await scene.rollouts.step(rollout.id, 60, platformAdmin);
    const { database } = scene.store;
    const stop = (step: number) =>
      database.asPlatform('*', () =>
        scene.services.get(RolloutRepository).stop({ id: rollout.id, step }, 'It was bad.'),
      );
    expect(await stop(1)).toBe(false);
    expect(await stop(2)).toBe(true);
    expect(await stop(2)).toBe(false);
  });

  it('are seen by no tenant, in the database either', async () => {
    const [id = ''] = await scene.someTenants(1);
    await scene.start({ selector: { tenant_ids: [id] } });
    for (const table of ['rollouts', 'rollout_observations', 'running_rollouts'])
      for (const sql of [`SELECT FROM ${table}`, `DELETE FROM ${table}`])
        await expect(
          scene.store.database.asTenant(id, () => scene.store.database.query(sql)),
        ).rejects.toThrow(/permission denied/);
  });

  it('stop themselves when their data is missing, by the database’s clock', async () => {
    const guardrails = { ...unwatched, max_error_rate: 0.5 };
    const { rollout } = await scene.start({
      selector: { tenant_ids: await scene.someTenants(1) },
      guardrails,
    });
    const place = { id: rollout.id, step: 1, arm: 'treatment' as const };
    const since = (column: string, table: string) =>
      scene.store.asSuperuser(`UPDATE ${table} SET ${column} = now() - interval '31 minutes'`);
    await since('step_started_at', 'rollouts');
    scene.note(1, place);
    await scene.watch();
    expect(await scene.stateOf(rollout.id)).toEqual({ state: 'running', stop_reason: null });
    await since('last_at', 'rollout_observations');
    for (let round = 0; round < 10; round += 1) await scene.watch();
    expect(await scene.stateOf(rollout.id)).toEqual({
      state: 'stopped',
      stop_reason:
        'No data: nothing was measured of the treatment for 30 minutes (1 queries before that in this step).',
    });
  });

  describe('by a replica that cannot write its measurements', () => {
    function aBlindWatch() {
      const { services, store } = scene;
      const observations = new FailingObservations(store.database, services.get(ObservationRepository));
      const clock = new SetClock();
      const running = services.get(RunningRollouts);
      return {
        observations,
        clock,
        watch: new RolloutWatch(observations, services.get(GuardrailCheck), running, clock, store.database),
      };
    }

    it('are given to nobody after a minute, and stop where they are watched when it can again', async () => {
      const [id = '', next = ''] = await scene.someTenants(2);
      const guardrails = { ...unwatched, max_error_rate: 0.5 };
      const watched = await scene.start({ selector: { tenant_ids: [id] }, percentage: 100, guardrails });
      const free = await scene.start({ selector: { tenant_ids: [next] }, percentage: 100 });
      const { observations, clock, watch } = aBlindWatch();
      await watch.watch();
      clock.at = 59_000;
      await watch.watch();
      expect(await scene.temperatures([id, next])).toEqual([0.1, 0.1]);
      clock.at = 61_000;
      await watch.watch();
      expect(await scene.temperatures([id, next])).toEqual([0.7, 0.7]);
      expect(await scene.temperatures([id, next], scene.other)).toEqual([0.1, 0.1]);
      observations.isDown = false;
      await watch.watch();
      expect(await scene.stateOf(watched.rollout.id)).toEqual({
        state: 'stopped',
        stop_reason:
          'No data: for 61 seconds a replica could not write down its measurements, so nobody watched the guardrails.',
      });
      expect(await scene.stateOf(free.rollout.id)).toMatchObject({ state: 'running' });
      expect(await scene.temperatures([id, next])).toEqual([0.7, 0.1]);
    });

    it('go on when it was for less than a minute, and nothing measured is lost', async () => {
      const guardrails = { ...unwatched, max_error_rate: 0.5 };
      const { rollout } = await scene.start({
        selector: { tenant_ids: await scene.someTenants(1) },
        guardrails,
      });
      const { observations, clock, watch } = aBlindWatch();
      observations.note(
        { id: rollout.id, step: 1, arm: 'treatment' },
        { outcome: 'answered', isFallback: false, costUsd: 0, ms: 5 },
      );
      await watch.watch();
      clock.at = 30_000;
      observations.isDown = false;
      await watch.watch();
      const { tallies } = await scene.rollouts.get(rollout.id);
      expect([tallies.treatment.samples, await scene.stateOf(rollout.id)]).toEqual([
        1,
        { state: 'running', stop_reason: null },
      ]);
    });

    it('keep what one attempt could not write', async () => {
      const { rollout } = await scene.start({ selector: { tenant_ids: await scene.someTenants(1) } });
      await scene.store.asSuperuser('ALTER TABLE rollout_observations RENAME TO elsewhere');
      scene.note(2, { id: rollout.id });
      await scene.watch();
      await scene.store.asSuperuser('ALTER TABLE elsewhere RENAME TO rollout_observations');
      scene.note(1, { id: rollout.id });
      await scene.watch();
      expect((await scene.rollouts.get(rollout.id)).tallies.treatment.samples).toBe(3);
    });
  });
});
