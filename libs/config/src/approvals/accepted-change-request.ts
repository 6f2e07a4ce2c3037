import { Accepted, type Principal } from '#http';
import type { ChangeRequest } from '../change/change-request.js';

/** The answer 202 to a change that waits for approval. `Location` is where its author can read the request. */
export function acceptedChangeRequest(
  request: ChangeRequest,
  { role }: Pick<Principal, 'role'>,
): Accepted<ChangeRequest> {
  const requests = role === 'platform_admin' ? '/v1/platform/change-requests' : '/v1/config/change-requests';
  return new Accepted(request, `${requests}/${request.id}`);
}
