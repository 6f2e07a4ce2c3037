import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { AnsweredRequest } from './answered-request.js';
import { isForm } from './bodies.js';
import type { Ending } from './ending.js';
import { requestIdOf } from './request-id.js';

/** An answer that only has to be sent. */
export interface PreparedAnswer {
  readonly status: number;
  /** Without its length. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
  /** Who asked, for the access log. */
  readonly principal: FastifyRequest['principal'] | undefined;
}

/** The answer to a `GET` with these headers and no body; undefined leaves it to the route, which has to answer alike. */
export type PreparedAnswers = (headers: IncomingHttpHeaders) => PreparedAnswer | undefined;

/** What is sent in front of the framework, and who has to know of it. */
export interface Sending {
  /** By path, without a query string. */
  readonly answers: ReadonlyMap<string, PreparedAnswers>;
  /** Sent with each of them. */
  readonly headers: Readonly<Record<string, string>>;
  /** From when it has begun, all is left to the routes. */
  readonly ending: Ending;
  readonly onAnswered: (request: AnsweredRequest) => void;
}

/**
 * In front of the framework, whose way from a request to its route and back costs several times as much as sending what is
 * prepared.
 */
export function preparedOr(otherwise: RequestListener, sending: Sending): RequestListener {
  return (request, response) => {
    const began = performance.now();
    const answer = isPlain(request) && !sending.ending.hasBegun ? preparedFor(request, sending) : undefined;
    if (answer === undefined) otherwise(request, response);
    else send(answer, { began, request, response, sending });
  };
}

function isPlain({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    !isForm(headers)
  );
}

/** A fault is the route's to meet again and to report. */
function preparedFor({ url, headers }: IncomingMessage, { answers }: Sending): PreparedAnswer | undefined {
  try {
    return answers.get(url!)?.(headers);
  } catch {
    return undefined;
  }
}

interface Exchange {
  /** By `performance.now()`. */
  readonly began: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly sending: Sending;
}

function send(answer: PreparedAnswer, { began, request, response, sending }: Exchange): void {
  const id = requestIdOf(request.headers);
  const { status, headers, body, principal } = answer;
  const length = body === '' ? undefined : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...sending.headers, 'x-request-id': id, ...headers, ...length });
  response.end(body);
  const tell = (): void => {
    const ms = performance.now() - began;
    sending.onAnswered({ id, method: 'GET', principal, route: request.url!, status, ms, facts: undefined });
  };
  // Nearly always the system has taken all of it by now.
  if (response.writableLength === 0) return tell();
  sending.ending.watch(response, request.socket);
  response.once('close', tell);
}
