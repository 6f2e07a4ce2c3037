import type { IncomingHttpHeaders } from 'node:http';
import { InvalidInputError } from '#kernel';

const eventStream = 'text/event-stream';

/**
 * Whether the client asks for server-sent events.
 *
 * @throws InvalidInputError with an `Idempotency-Key`: events cannot be kept and sent again
 */
export function acceptsEventStream({ accept = '', 'idempotency-key': key }: IncomingHttpHeaders): boolean {
  const isWanted = accept
    .split(',')
    .some((range) => range.split(';')[0]!.trim().toLowerCase() === eventStream);
  if (!isWanted || key === undefined) return isWanted;
  const message = `Idempotency-Key cannot go with Accept: ${eventStream}. Give the document an id: it is then added once.`;
  throw new InvalidInputError([{ field: 'Idempotency-Key', rule: 'combination', value: key, message }]);
}
