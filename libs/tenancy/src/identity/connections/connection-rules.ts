import { NotFoundError } from '#kernel';
import type { Connection, ConnectionValues } from './connection.repository.js';

/** The id of the connection of the environment. */
export const environmentConnectionId = 'default';

/** True if what the provider said to the connection before no longer counts. */
export function endsSessions(stored: Connection, values: ConnectionValues): boolean {
  const isOther = stored.issuer !== values.issuer || stored.client_id !== values.client_id;
  return isOther || (stored.is_enabled && !values.is_enabled);
}

/** @throws NotFoundError */
export function throwNoConnection(id: string): never {
  throw new NotFoundError(`There is no identity connection ${JSON.stringify(id.slice(0, 50))}.`);
}
