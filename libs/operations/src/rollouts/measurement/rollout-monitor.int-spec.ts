import { RolloutScenario, platformAdmin, noGuardrails } from '../../../testing/rollout-scenario.js';
import { Clock } from '#kernel';
import { testStores } from '../../../../config/testing/test-stores.js';
import { RolloutRepository } from '../rollout.repository.js';
import { RunningRollouts } from '#config';
import { GuardrailCheck } from './guardrail-check.js';
import { ObservationRepository } from './observation.repository.js';
import { RolloutObservationBuffer } from './rollout-observation-buffer.js';
import { RolloutMonitor } from './rollout-monitor.js';

class ManualClock extends Clock {
  at = 0;

  now(): number {
    return this.at;
  }
}

/** Fails to write while `isDown` is true, as if the database were down. */
class FailingObservations extends RolloutObservationBuffer {
  isDown = true;

  override flush(): Promise<boolean> {
    return this.isDown ? Promise.reject(new Error('The database is down.')) : super.flush();
  }
}

describe.each(testStores)('RolloutMonitor on %s', (_name, open) => {
  let scene: RolloutScenario;

  beforeAll(async () => {
    scene = await RolloutScenario.open(open);
  });
  afterEach(() => scene.endAll());
  afterAll(() => scene?.close());

  it('adds up measurements of all replicas, for the step in which the query began', async () => {
    const { rollout } = await scene.start({ selector: { tenant_ids: await scene.insertTenants(1) } });
    const assignment = { id: rollout.id, step: 1, arm: 'treatment' as const };
    scene.recordQueries(3, assignment, { isFallback: true, durationMs: 1000 });
    scene.otherServices
      .get(RolloutObservationBuffer)
      .record(assignment, { outcome: 'failed', isFallback: false, costUsd: 0, durationMs: 100 });
    await Promise.all([scene.runMonitor(), scene.otherServices.get(RolloutMonitor).runRound()]);
    scene.recordQueries(2, { ...assignment, arm: 'control' });
    await scene.runMonitor();
    const { tallies } = await scene.rollouts.get(rollout.id);
    expect(tallies).toMatchObject({
      treatment: { samples: 4, errors: 1, fallbacks: 3, cost_usd: expect.closeTo(0.03) },
      control: { samples: 2, errors: 0, fallbacks: 0 },
    });
    expect(tallies.treatment.latencies.filter((each) => each > 0).toSorted()).toEqual([1, 3]);
    await scene.rollouts.changePercentage(rollout.id, 60, platformAdmin);
    scene.recordQueries(1, assignment);
    await scene.runMonitor();
    const next = await scene.rollouts.get(rollout.id);
    expect([next.tallies.treatment.samples, next.tallies.control.samples]).toEqual([0, 0]);
  });

  it('stops a rollout on every replica when a limit is crossed, and records the reason', async () => {
    const ids = await scene.insertTenants(1);
    const guardrails = { ...noGuardrails, max_fallback_rate: 0.5 };
    const { rollout } = await scene.start({ selector: { tenant_ids: ids }, percentage: 100, guardrails });
    expect((await scene.otherServices.reader.current(ids[0]!)).settings.temperature).toBe(0.1);
    const assignment = { id: rollout.id, step: 1, arm: 'treatment' as const };
    scene.recordQueries(2, assignment, { isFallback: true });
    await scene.runMonitor();
    expect(await scene.stateOf(rollout.id)).toEqual({ state: 'running', stop_reason: null });
    scene.recordQueries(1, assignment, { isFallback: true });
    await Promise.all([scene.runMonitor(), scene.otherServices.get(RolloutMonitor).runRound()]);
    expect(await scene.stateOf(rollout.id)).toEqual({
      state: 'stopped',
      stop_reason: 'The fallback rate of 100 % is above 50 % (3 queries of the treatment).',
    });
    for (const { reader } of [scene.services, scene.otherServices])
      expect((await reader.current(ids[0]!)).settings.temperature).toBe(0.7);
  });

  it('does not stop a rollout for a reason from an earlier step', async () => {
    const { rollout } = await scene.start({ selector: { tenant_ids: await scene.insertTenants(1) } });
    await scene.rollouts.changePercentage(rollout.id, 60, platformAdmin);
    const { database } = scene.store;
    const stop = (step: number) =>
      database.asPlatform('*', () =>
        scene.services.get(RolloutRepository).stop({ id: rollout.id, step }, 'It was bad.'),
      );
    expect(await stop(1)).toBe(false);
    expect(await stop(2)).toBe(true);
    expect(await stop(2)).toBe(false);
  });

  it('hides rollouts and measurements from tenants, also in the database', async () => {
    const [id = ''] = await scene.insertTenants(1);
    await scene.start({ selector: { tenant_ids: [id] } });
    for (const table of ['rollouts', 'rollout_observations', 'running_rollouts'])
      for (const sql of [`SELECT FROM ${table}`, `DELETE FROM ${table}`])
        await expect(
          scene.store.database.asTenant(id, () => scene.store.database.query(sql)),
        ).rejects.toThrow(/permission denied/);
  });

  it('stops a rollout when data is missing, by the database’s clock', async () => {
    const guardrails = { ...noGuardrails, max_error_rate: 0.5 };
    const { rollout } = await scene.start({
      selector: { tenant_ids: await scene.insertTenants(1) },
      guardrails,
    });
    const assignment = { id: rollout.id, step: 1, arm: 'treatment' as const };
    const since = (column: string, table: string) =>
      scene.store.asSuperuser(`UPDATE ${table} SET ${column} = now() - interval '31 minutes'`);
    await since('step_started_at', 'rollouts');
    scene.recordQueries(1, assignment);
    await scene.runMonitor();
    expect(await scene.stateOf(rollout.id)).toEqual({ state: 'running', stop_reason: null });
    await since('last_at', 'rollout_observations');
    for (let round = 0; round < 10; round += 1) await scene.runMonitor();
    expect(await scene.stateOf(rollout.id)).toEqual({
      state: 'stopped',
      stop_reason:
        'No data: no query of the treatment was measured for 30 minutes (1 queries before that in this step).',
    });
  });

  describe('a replica that cannot write its measurements', () => {
    function aFailingMonitor() {
      const { services, store } = scene;
      const observations = new FailingObservations(store.database, services.get(ObservationRepository));
      const clock = new ManualClock();
      const running = services.get(RunningRollouts);
      return {
        observations,
        clock,
        monitor: new RolloutMonitor(
          observations,
          services.get(GuardrailCheck),
          running,
          clock,
          store.database,
        ),
      };
    }

    it('suspends all treatments after a minute, and stops rollouts with limits when it can write again', async () => {
      const [id = '', next = ''] = await scene.insertTenants(2);
      const guardrails = { ...noGuardrails, max_error_rate: 0.5 };
      const guarded = await scene.start({ selector: { tenant_ids: [id] }, percentage: 100, guardrails });
      const free = await scene.start({ selector: { tenant_ids: [next] }, percentage: 100 });
      const { observations, clock, monitor } = aFailingMonitor();
      await monitor.runRound();
      clock.at = 59_000;
      await monitor.runRound();
      expect(await scene.temperatures([id, next])).toEqual([0.1, 0.1]);
      clock.at = 61_000;
      await monitor.runRound();
      expect(await scene.temperatures([id, next])).toEqual([0.7, 0.7]);
      expect(await scene.temperatures([id, next], scene.otherServices)).toEqual([0.1, 0.1]);
      observations.isDown = false;
      await monitor.runRound();
      expect(await scene.stateOf(guarded.rollout.id)).toEqual({
        state: 'stopped',
        stop_reason:
          'No data: for 61 seconds a replica could not write its measurements, so the guardrails were not checked.',
      });
      expect(await scene.stateOf(free.rollout.id)).toMatchObject({ state: 'running' });
      expect(await scene.temperatures([id, next])).toEqual([0.7, 0.1]);
    });

    it('continues after less than a minute, without losing a measurement', async () => {
      const guardrails = { ...noGuardrails, max_error_rate: 0.5 };
      const { rollout } = await scene.start({
        selector: { tenant_ids: await scene.insertTenants(1) },
        guardrails,
      });
      const { observations, clock, monitor } = aFailingMonitor();
      observations.record(
        { id: rollout.id, step: 1, arm: 'treatment' },
        { outcome: 'answered', isFallback: false, costUsd: 0, durationMs: 5 },
      );
      await monitor.runRound();
      clock.at = 30_000;
      observations.isDown = false;
      await monitor.runRound();
      const { tallies } = await scene.rollouts.get(rollout.id);
      expect([tallies.treatment.samples, await scene.stateOf(rollout.id)]).toEqual([
        1,
        { state: 'running', stop_reason: null },
      ]);
    });

    it('keeps measurements that could not be written for the next attempt', async () => {
      const { rollout } = await scene.start({ selector: { tenant_ids: await scene.insertTenants(1) } });
      await scene.store.asSuperuser('ALTER TABLE rollout_observations RENAME TO elsewhere');
      scene.recordQueries(2, { id: rollout.id });
      await scene.runMonitor();
      await scene.store.asSuperuser('ALTER TABLE elsewhere RENAME TO rollout_observations');
      scene.recordQueries(1, { id: rollout.id });
      await scene.runMonitor();
      expect((await scene.rollouts.get(rollout.id)).tallies.treatment.samples).toBe(3);
    });
  });
});
