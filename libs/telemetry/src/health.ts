import { within } from '#kernel';

/** What one check says of the thing that it watches. */
export interface CheckResult {
  readonly status: 'ok' | 'degraded';
  readonly detail: string | null;
}

/** Collects what readiness asks: each module registers what it cannot work well without. */
export class HealthChecks {
  private readonly checks = new Map<string, () => Promise<CheckResult>>();

  register(name: string, check: () => Promise<CheckResult>): void {
    this.checks.set(name, check);
  }

  /** Every check's answer; one that throws or takes longer than a second is degraded. */
  async results(): Promise<Record<string, CheckResult>> {
    const entries = [...this.checks].map(async ([name, check]) => [name, await bounded(check)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}

const patienceMs = 1_000;

async function bounded(check: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await within(patienceMs, Promise.resolve().then(check));
  } catch (error) {
    return { status: 'degraded', detail: error instanceof Error ? error.message : 'failed' };
  }
}
