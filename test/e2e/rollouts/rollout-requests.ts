import { createHash } from 'node:crypto';
import type { ApiResponse, ApiClient } from '#testing';

interface ArmStatistics {
  readonly samples: number;
  readonly error_rate: number | null;
  readonly fallback_rate: number | null;
}

export interface Rollout extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly stop_reason: string | null;
  readonly percentage: number;
  readonly arms: { readonly control: ArmStatistics; readonly treatment: ArmStatistics };
  readonly tenants: Readonly<Record<string, number | null>>;
  readonly promotion: Readonly<Record<string, number | string>> | null;
}

export interface QueryAnswer {
  readonly model_requested: string;
  readonly fallback_used: boolean;
  readonly rollout: { readonly id: string; readonly arm: string } | null;
  readonly config_applied: { readonly top_k: number };
}

export const rolloutsPath = '/v1/platform/rollouts';

/** Everybody, by tenant, whole. */
export function aRolloutRequest(overrides: object = {}): Record<string, unknown> {
  return {
    name: 'more chunks',
    selector: { all: true },
    changes: { retrieval_top_k: 9 },
    unit: 'tenant',
    percentage: 100,
    guardrails: { min_samples: 10 },
    ...overrides,
  };
}

/** Worked out anew, as the product promises it: by hash of the rollout, the tenant and who asks. */
export function expectedArm(
  { id, percentage }: { id: string; percentage: number },
  ...unit: string[]
): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, ...unit]))
    .digest();
  return hash.readUInt32BE(0) % 10_000 < percentage * 100 ? 'treatment' : 'control';
}

export function getRollout(platform: ApiClient, id: string): Promise<Rollout> {
  return platform.get<Rollout>(`${rolloutsPath}/${id}`).then(({ body }) => body);
}

export function askQuestion(client: ApiClient, user_id?: string): Promise<ApiResponse<QueryAnswer>> {
  return client.post<QueryAnswer>('/v1/query', {
    question: 'When is rent due?',
    ...(user_id && { user_id }),
  });
}
