import type { TestApp } from '../app/test-app.js';

/** Starts a rollout to these tenants. @returns Its id. */
export async function startRollout(
  { platform }: TestApp,
  name: string,
  tenantIds: readonly string[],
): Promise<string> {
  const { body } = await platform.post<{ id: string }>('/v1/platform/rollouts', {
    name,
    selector: { tenant_ids: tenantIds },
    changes: { retrieval_top_k: 7 },
    unit: 'tenant',
    percentage: 5,
    guardrails: { min_samples: 50 },
  });
  return body.id;
}
