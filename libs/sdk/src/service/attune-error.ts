import type { Problem } from '../api/settings.js';

/** A refusal of the service, or no answer from it. */
export class AttuneError extends Error {
  override readonly name: string = 'AttuneError';

  /**
   * @param status The HTTP status; 0 without an answer.
   * @param problem The body of the refusal, null if it had none.
   */
  constructor(
    message: string,
    readonly status: number,
    readonly problem: Problem | null = null,
    readonly requestId: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The slug of the problem, such as `budget-exceeded`; null without one. */
  get code(): string | null {
    return this.problem?.type.split('/').at(-1) ?? null;
  }
}

/** Reads a refusal. Of a body that is no problem, such as the page of a proxy, only the status is used. */
export async function errorOf(response: Response): Promise<AttuneError> {
  const problem = await response
    .json()
    .catch(() => null)
    .then(asProblem);
  const message = problem?.detail ?? problem?.title ?? `The service answered ${response.status}.`;
  return new AttuneError(message, response.status, problem, response.headers.get('x-request-id'));
}

/** The body if it is a problem, else null. */
export function asProblem(body: unknown): Problem | null {
  const isProblem = typeof body === 'object' && body !== null && 'title' in body && 'type' in body;
  return isProblem && typeof body.type === 'string' ? (body as Problem) : null;
}

/** One sentence that says why a request got no answer. The cause of fetch's "fetch failed" is what helps. */
export function describeError(error: unknown): string {
  const { message = String(error), cause } = error as Error & { readonly cause?: Partial<Error> };
  return cause?.message ? `${message}: ${cause.message}` : message;
}
