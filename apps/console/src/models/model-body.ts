import type { Schema } from '../api/operations.js';

/** A model without its id, as it is read and written. */
export type ModelBody = Omit<Schema<'ModelResponse'>, 'id'>;
