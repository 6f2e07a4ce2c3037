import { withTimeout } from '#kernel';

/** The result of one check. `detail` says what is wrong; null if nothing is. */
export interface HealthCheckResult {
  readonly status: 'ok' | 'degraded';
  readonly detail: string | null;
}

/**
 * The checks behind `GET /health/ready`. Each module registers one for each thing that it depends on.
 *
 * ```ts
 * checks.register('redis', async () => ({ status: 'ok', detail: null }));
 * ```
 */
export class HealthChecks {
  private readonly checks = new Map<string, () => Promise<HealthCheckResult>>();

  /** A check registered later under the same name replaces the earlier one. */
  register(name: string, check: () => Promise<HealthCheckResult>): void {
    this.checks.set(name, check);
  }

  /** Runs all checks at once. A check that throws or takes longer than 1 s counts as `degraded`. Never rejects. */
  async runAll(): Promise<Record<string, HealthCheckResult>> {
    const entries = [...this.checks].map(
      async ([name, check]) => [name, await runWithTimeout(check)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
}

const checkTimeoutMs = 1_000;

async function runWithTimeout(check: () => Promise<HealthCheckResult>): Promise<HealthCheckResult> {
  try {
    return await withTimeout(checkTimeoutMs, Promise.resolve().then(check));
  } catch (error) {
    return { status: 'degraded', detail: error instanceof Error ? error.message : 'failed' };
  }
}
