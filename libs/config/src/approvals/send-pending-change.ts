import type { FastifyReply } from 'fastify';
import type { ChangeRequest } from '../change/change-request.js';

/** Answers 202: the change waits for approval, and `Location` names its request on the side of the API that was called. */
export function sendPendingChange(reply: FastifyReply, request: ChangeRequest): void {
  const isPlatform = reply.request.url.startsWith('/v1/platform/');
  const requests = isPlatform ? '/v1/platform/change-requests' : '/v1/config/change-requests';
  reply.code(202).header('location', `${requests}/${request.id}`).send(request);
}
