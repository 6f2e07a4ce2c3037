import { type IncomingResponse, findEgressError, RedirectRefusedError } from '#egress';
import { isInvalidHeader, messageOf, redactKeys, shorten } from '../../upstream/failure-message.js';
import { parseRetryAfterMs } from '../../upstream/retry-after.js';
import { SetupFailure, UpstreamFailure } from '../../upstream/upstream-failure.js';
import { failureKindOf } from './failure-kind.js';
import { type ServerError, parseServerError } from './server-error.js';

const usedUpCodes = ['insufficient_quota', 'exceeded_current_quota_error'];

/** A server's own report of its failure. */
export class ServerFailure extends UpstreamFailure {
  /** Private to the language, so that no log shows it: it may repeat the key or the prompt. */
  readonly #error: ServerError;

  private constructor(error: ServerError, message: string, retryAfterMs: number | null) {
    super(failureKindOf(error), message, retryAfterMs);
    this.#error = error;
  }

  get error(): ServerError {
    return this.#error;
  }

  /** An answer with an error status. */
  static ofResponse(
    { status, headers }: IncomingResponse,
    body: string,
    apiKey: string | null,
  ): ServerFailure {
    const error = parseServerError(status, body);
    // Waiting does not restore a used-up quota.
    const isUsedUp = usedUpCodes.some((code) => error.codes.includes(code));
    const retryAfterMs = isUsedUp ? Infinity : parseRetryAfterMs(headers, Date.now());
    return new ServerFailure(error, shorten(redactKeys(`${status} ${error.message}`, apiKey)), retryAfterMs);
  }

  /** An error inside an answer with status 200. */
  static ofText(text: string, apiKey: string | null): ServerFailure {
    const error = parseServerError(null, text);
    return new ServerFailure(error, shorten(redactKeys(error.message, apiKey)), null);
  }
}

/**
 * The failure that an error of a request, or of reading an answer, stands for.
 *
 * @throws the signal's reason if the signal aborted: it says whether the deadline passed or the client disconnected
 */
export function toUpstreamFailure(
  error: unknown,
  signal: AbortSignal,
  apiKey: string | null,
): UpstreamFailure {
  signal.throwIfAborted();
  if (error instanceof UpstreamFailure) return error;
  const refusal = findEgressError(error);
  if (refusal !== null) return toSetupFailure(refusal);
  const message = shorten(redactKeys(messageOf(error), apiKey));
  if (isInvalidHeader(message)) return new UpstreamFailure('authentication', message);
  return new UpstreamFailure(/time(d )?out/i.test(message) ? 'timeout' : 'connection', message);
}

/** Clients read the message, so it does not name the address. */
function toSetupFailure(refusal: Error): SetupFailure {
  const isRedirect = refusal instanceof RedirectRefusedError;
  return new SetupFailure(
    'connection',
    isRedirect
      ? "The model's server redirects to another address, which is not followed: base_url must be the final address"
      : "The address of the model's server is not public, and EGRESS_ALLOW does not allow it",
  );
}
