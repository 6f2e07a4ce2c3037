import type { Selector } from '#settings';
import type { Arm, CompiledConfiguration, RolloutObservation } from '#config';
import { RolloutObservationBuffer } from '../src/rollouts/measurement/rollout-observation-buffer.js';
import { RolloutMonitor } from '../src/rollouts/measurement/rollout-monitor.js';
import { type RolloutInput, RolloutsService, type RolloutDetails } from '../src/rollouts/rollouts.service.js';
import { type ConfigServices, anAuthor } from '../../config/testing/config-services.js';
import { startOperationsServices } from './operations-services.js';
import type { TestStore } from '../../config/testing/test-stores.js';

/** Guardrails without limits: such a rollout never stops automatically. */
export const noGuardrails = {
  max_error_rate: null,
  max_p95_ms: null,
  max_cost_ratio: null,
  max_fallback_rate: null,
  min_samples: 3,
};

export const platformAdmin = { ...anAuthor('', 'platform_admin'), tenantId: null };

/** Two replicas on one database, with helpers for tests of rollouts. */
export class RolloutScenario {
  private readonly started: string[] = [];
  private count = 0;

  private constructor(
    readonly store: TestStore,
    readonly services: ConfigServices,
    readonly otherServices: ConfigServices,
  ) {}

  static async open(openStore: () => Promise<TestStore>): Promise<RolloutScenario> {
    const store = await openStore();
    const { database } = store;
    return new RolloutScenario(
      store,
      await startOperationsServices(database),
      await startOperationsServices(database),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.services.close(), this.otherServices.close()]);
    await this.store.close();
  }

  get rollouts(): RolloutsService {
    return this.services.get(RolloutsService);
  }

  /** Inserts tenants on the plan `pro` without own settings, and returns their ids. */
  async insertTenants(number: number): Promise<string[]> {
    const ids = Array.from({ length: number }, () => `tenant-${(this.count += 1)}`);
    await this.store.asSuperuser(
      `INSERT INTO tenants (tenant_id, name, plan) SELECT id, id, 'pro' FROM unnest($1::text[]) id`,
      [ids],
    );
    return ids;
  }

  /** Starts a rollout. By default: temperature 0.1, by tenant, 50 %, without limits. */
  async start(some: Partial<RolloutInput> & { selector: Selector }): Promise<RolloutDetails> {
    const input: RolloutInput = {
      name: 'cooler',
      changes: { temperature: 0.1 },
      unit: 'tenant',
      percentage: 50,
      guardrails: noGuardrails,
      ...some,
    };
    const details = await this.rollouts.start(input, platformAdmin);
    this.started.push(details.rollout.id);
    return details;
  }

  /** Ends the rollouts that the test started and left running. */
  async endAll(): Promise<void> {
    const sql = `UPDATE rollouts SET state = 'aborted', finished_at = now() WHERE id = ANY($1) AND state = 'running'`;
    await this.store.asSuperuser(sql, [this.started.splice(0)]);
  }

  async current(tenantId: string): Promise<CompiledConfiguration> {
    return this.services.reader.current(tenantId);
  }

  temperatures(tenantIds: readonly string[], { reader } = this.services): Promise<number[]> {
    return Promise.all(tenantIds.map(async (id) => (await reader.current(id)).settings.temperature));
  }

  requireApproval(tenantId: string): Promise<unknown> {
    return this.store.asSuperuser('UPDATE tenants SET approval_required = true WHERE tenant_id = $1', [
      tenantId,
    ]);
  }

  /** Records queries in step 1. By default: answered, in the treatment, 0.01 dollars, 100 ms. */
  recordQueries(
    times: number,
    assignment: { id: string; arm?: Arm },
    some: Partial<RolloutObservation> = {},
  ): void {
    const { id, arm = 'treatment' } = assignment;
    const observation = {
      outcome: 'answered',
      isFallback: false,
      costUsd: 0.01,
      durationMs: 100,
      ...some,
    } as const;
    for (let index = 0; index < times; index += 1)
      this.services.get(RolloutObservationBuffer).record({ id, step: 1, arm }, observation);
  }

  async runMonitor(rounds = 1): Promise<void> {
    for (let round = 0; round < rounds; round += 1) await this.services.get(RolloutMonitor).runRound();
  }

  async stateOf(id: string): Promise<{ state: string; stop_reason: string | null }> {
    const { state, stop_reason } = (await this.rollouts.get(id)).rollout;
    return { state, stop_reason };
  }
}
