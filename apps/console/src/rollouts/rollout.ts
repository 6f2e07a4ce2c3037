import type { Schema } from '../api/operations.js';

/** A rollout with its measurements and the tenants that it can reach. */
export type Rollout = Schema<'RolloutDetailResponse'>;
