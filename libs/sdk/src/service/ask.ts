import type { EventSourceMessage } from 'eventsource-parser';
import type { Answer, AnswerSource, Problem } from '../api/settings.js';
import { AttuneError, asProblem, describeError, errorOf } from './attune-error.js';
import { readStream } from './server-sent-events.js';
import type { ServiceClient } from './service-client.js';

/** What belongs to a question besides its text. */
export interface AskOptions {
  /** Your own id of the user who asks. */
  readonly userId?: string;
  /** Earlier turns of the conversation, the oldest first; at most 20. */
  readonly history?: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  /** Only documents whose metadata have one of these values. */
  readonly filter?: Readonly<Record<string, unknown>>;
  /** Ends the request; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** One event of a streamed answer. `done` is the last one of every answer that is complete. */
export type AnswerEvent =
  | { readonly type: 'sources'; readonly sources: readonly AnswerSource[] }
  | { readonly type: 'token'; readonly text: string }
  | { readonly type: 'done'; readonly answer: Answer };

/** `POST /v1/query`, whole. */
export async function ask(service: ServiceClient, question: string, options: AskOptions): Promise<Answer> {
  const response = await send(service, { question }, options);
  return (await response.json()) as Answer;
}

/** `POST /v1/query`, as the model writes it. */
export async function* askStreamed(
  service: ServiceClient,
  question: string,
  options: AskOptions,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const abort = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
  try {
    const response = await send(service, { question, stream: true }, { ...options, signal });
    yield* readAnswer(response.body!);
  } finally {
    abort.abort();
  }
}

async function send(service: ServiceClient, body: object, options: AskOptions): Promise<Response> {
  const { userId, history, filter, signal } = options;
  const json = JSON.stringify({ ...body, user_id: userId, history, filter });
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: json, ...(signal && { signal }) };
  const response = await service.send('/v1/query', request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new AttuneError(`The service cannot be reached: ${describeError(error)}`, 0, null, null, {
      cause: error,
    });
  });
  if (response.status !== 200) throw await errorOf(response);
  return response;
}

/** An answer that breaks off is an error, never a short answer. */
async function* readAnswer(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent, void, undefined> {
  for await (const item of readStream(body)) {
    const event = item.part === 'event' ? toAnswerEvent(item.event) : null;
    if (event !== null) yield event;
    if (event?.type === 'done') return;
  }
  throw new AttuneError('The answer broke off before its end.', 200);
}

/** Null for an event that is newer than this client. */
function toAnswerEvent({ event, data }: EventSourceMessage): AnswerEvent | null {
  const body = JSON.parse(data) as unknown;
  if (event === 'sources') return { type: 'sources', sources: body as AnswerSource[] };
  if (event === 'token') return { type: 'token', text: (body as { text: string }).text };
  if (event === 'done') return { type: 'done', answer: body as Answer };
  if (event === 'error') throw toError(asProblem(body));
  return null;
}

function toError(problem: Problem | null): AttuneError {
  return new AttuneError(problem?.detail ?? 'The answer broke off.', problem?.status ?? 0, problem);
}
