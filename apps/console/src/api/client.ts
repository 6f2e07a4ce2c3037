import type { AnswerOf, BodyOf, Method, PathOf, QueryOf } from './operations.js';
import { publicPath } from '../public-path.js';
import { isUntouched } from '../session/activity.js';
import { ApiError, type Problem, toProblem } from './problem.js';
import { texts } from './api.texts.js';

/** What is sent with a call. */
export interface CallOptions<P extends PathOf<M>, M extends Method> {
  /** Values for `{names}` in the path. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: QueryOf<P, M>;
  readonly body?: BodyOf<P, M>;
  /** `If-Match`, `Idempotency-Key`, `Accept`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A request, without what the console adds to each. */
export interface SentRequest {
  readonly method: string;
  /** `/v1/config?x=1`. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer of a call, with its headers and the request that it answers. */
export interface Answer<T> {
  readonly data: T;
  readonly status: number;
  readonly headers: Headers;
  readonly request: SentRequest;
}

/**
 * Calls one operation of the API with the session's cookie. `P` is a path of the OpenAPI document, and everything else is typed by it.
 *
 * ```ts
 * const { data, headers } = await call('get', '/v1/config', { query: { include: 'sources' } });
 * ```
 *
 * @throws ApiError for a problem, and when the service cannot be reached (`status` 0).
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  options: CallOptions<P, M> = {},
): Promise<Answer<AnswerOf<P, M>>> {
  return (await send(method, toUrl(path, options.params, options.query as object), options)) as Answer<
    AnswerOf<P, M>
  >;
}

/** What is sent, without the types of an operation. */
interface SendOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The part of `call` without types: for paths that are made at run time. */
export async function send(method: string, url: string, options: SendOptions): Promise<Answer<unknown>> {
  const init = toInit(method, options);
  const first = await answerOf(await reach(url, init));
  const isRefused = first instanceof ApiError && needsSignIn(first) && url !== sessionPath;
  const signedIn = isRefused ? await signInAgain() : 'nobody';
  if (signedIn === 'another person') throw notSent;
  const answer = signedIn === 'same person' ? await answerOf(await reach(url, init)) : first;
  if (url !== sessionPath) tell(init.method, answer);
  if (answer instanceof ApiError) throw answer;
  return { ...answer, request: toSentRequest(method, url, options) };
}

function toSentRequest(method: string, url: string, { body, headers }: SendOptions): SentRequest {
  return {
    method: method.toUpperCase(),
    url,
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  };
}

/** What a response holds. */
type Received = Omit<Answer<unknown>, 'request'>;

const writeListeners = new Set<() => void>();
const outageListeners = new Set<(problem: Problem) => void>();

function tell(method: string | undefined, answer: Received | ApiError): void {
  if (!(answer instanceof ApiError)) {
    if (method !== 'GET') for (const listener of writeListeners) listener();
  } else if (answer.problem.status === 503) for (const listener of outageListeners) listener(answer.problem);
}

/** Calls the listener after each write that succeeded, until the returned function is called. */
export function onWrite(listener: () => void): () => void {
  writeListeners.add(listener);
  return () => writeListeners.delete(listener);
}

/** Calls the listener for each answer 503, until the returned function is called. */
export function onOutage(listener: (problem: Problem) => void): () => void {
  outageListeners.add(listener);
  return () => outageListeners.delete(listener);
}

function toInit(method: string, { body, headers, signal }: SendOptions): RequestInit {
  return {
    method: method.toUpperCase(),
    headers: {
      accept: 'application/json',
      // Without this header the service refuses a write by cookie. A read with `background` does not keep the session alive.
      'attune-console': method.toUpperCase() === 'GET' && isUntouched() ? 'background' : '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
}

const sessionPath = '/v1/session';

/** Who has signed in after a request was refused. */
export type SignedIn = 'same person' | 'another person' | 'nobody';

let signInAgain: () => Promise<SignedIn> = async () => 'nobody';

/**
 * Sets what asks the person to sign in when a session has ended, or is too old for an act. The request that was refused is sent once more
 * for the same person. Another person sends it themselves.
 */
export function onSessionEnded(ask: () => Promise<SignedIn>): void {
  signInAgain = ask;
}

const notSent = new ApiError({ slug: 'not-sent', title: texts.notSent, status: 0 });

function needsSignIn({ problem }: ApiError): boolean {
  return problem.status === 401 || (problem.status === 403 && problem['reauthenticate'] === true);
}

async function answerOf(response: Response): Promise<Received | ApiError> {
  const data: unknown = await readJson(response);
  if (!response.ok) return new ApiError(toProblem(response, data));
  return { data, status: response.status, headers: response.headers };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${publicPath}${url}`, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({
      slug: 'unreachable',
      title: texts.unreachable,
      status: 0,
      detail: texts.unreachableDetail,
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** `/v1/x/{id}` with its parameters and a query string. Lists repeat their name; null and undefined are left out. */
export function toUrl(
  path: string,
  params: Readonly<Record<string, string | number>> = {},
  query: object = {},
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  );
  const pairs = Object.entries(query)
    .flatMap(([name, value]: [string, unknown]) => [value].flat().map((each) => [name, each]))
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [String(name), String(value)]);
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs).toString()}`;
}
