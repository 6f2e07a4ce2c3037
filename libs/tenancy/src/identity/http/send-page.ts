import { acceptedType, toProblem } from '#http';
import { DomainError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorPage, pageHeaders } from './sign-in-page.js';

/** Sends a page of the sign-in. */
export function sendPage(reply: FastifyReply, page: string, status = 200): void {
  void reply.code(status).headers(pageHeaders).send(page);
}

/** Sends the browser to another address. */
export function sendTo(reply: FastifyReply, location: string): void {
  void reply.code(303).headers({ location, 'cache-control': 'no-store' }).send();
}

/** A person sees a page instead of a problem document. @throws the error where no page is wanted, and a fault of ours. */
export function sendErrorPage(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const wantsPage = acceptedType(request.headers.accept, ['text/html']) !== null;
  if (!wantsPage || !(error instanceof DomainError)) throw error;
  const { status, headers, body } = toProblem(error, request.id);
  reply.headers(headers);
  const content = { title: String(body['title']), detail: error.message, requestId: request.id };
  sendPage(reply, errorPage({ ...content, home: `${reply.server.publicPath}/` }), status);
}
