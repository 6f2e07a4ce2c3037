import type { Schema } from '../api/operations.js';

/** A plan without its id, as it is read and written. */
export type PlanBody = Omit<Schema<'PlanResponse'>, 'id'>;
