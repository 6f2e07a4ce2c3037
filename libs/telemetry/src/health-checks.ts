import { withTimeout } from '#kernel';

/** What one check says of the thing that it watches. */
export interface HealthCheckResult {
  readonly status: 'ok' | 'degraded';
  readonly detail: string | null;
}

/** Collects what readiness asks: each module registers what it cannot work well without. */
export class HealthChecks {
  private readonly checks = new Map<string, () => Promise<HealthCheckResult>>();

  register(name: string, check: () => Promise<HealthCheckResult>): void {
    this.checks.set(name, check);
  }

  /** Every check's answer; one that throws or takes longer than a second is degraded. */
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
