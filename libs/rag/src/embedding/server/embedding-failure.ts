import { UpstreamError } from '#kernel';

/** How a request to an embedding server can fail. */
export type EmbeddingFailureKind =
  | 'timeout'
  | 'unreachable'
  | 'overloaded'
  | 'refused'
  | 'incomplete'
  | 'malformed'
  | 'credentials'
  | 'quota'
  | 'not_found'
  | 'dimensions';

/** Details of a failure, as far as they are known. */
interface FailureDetails {
  readonly status?: number;
  /** The wait that the server asks for (`Retry-After`). */
  readonly retryAfterMs?: number | null;
  /** Length of the text, if it was the only one of the request. */
  readonly characters?: number;
  readonly cause?: unknown;
}

/** Kinds that pass by themselves. */
const transientKinds: readonly EmbeddingFailureKind[] = ['timeout', 'unreachable', 'overloaded'];

/** What an operator can do about a failure that does not pass by itself. */
const remedies: Partial<Record<EmbeddingFailureKind, string>> = {
  credentials: 'Check EMBEDDINGS_API_KEY (with EMBEDDINGS=openai, OPENAI_API_KEY).',
  quota: 'The quota or the budget of the account is used up.',
  not_found: 'Check EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.',
  dimensions: 'Set EMBEDDINGS_DIMENSIONS to a size that the model has.',
};
const defaultRemedy = "Trying again does not help; the server's own message is in the log.";

/** An embedding server failed or refused a request. The message is for the log: it may repeat what the server said. */
export class EmbeddingFailure extends Error {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  private readonly characters: number | null;

  constructor(
    readonly kind: EmbeddingFailureKind,
    message: string,
    { status, retryAfterMs = null, characters, cause }: FailureDetails = {},
  ) {
    super(message, { cause });
    this.name = 'EmbeddingFailure';
    this.status = status ?? null;
    this.retryAfterMs = retryAfterMs;
    this.characters = characters ?? null;
  }

  /** The same failure, of a request with this text alone. */
  forText({ length: characters }: string): EmbeddingFailure {
    const { kind, message, retryAfterMs, cause } = this;
    const status = this.status === null ? {} : { status: this.status };
    return new EmbeddingFailure(kind, message, { ...status, retryAfterMs, characters, cause });
  }

  /** True if the same request can succeed later. */
  get isTransient(): boolean {
    return transientKinds.includes(this.kind);
  }

  /** True if fewer or shorter texts can succeed. */
  get mayBeTooLarge(): boolean {
    return this.kind === 'refused' || this.kind === 'incomplete';
  }

  /** The error for the client. `description` completes the sentence "The embedding server …"; it repeats nothing that the server said. */
  toUpstreamError(description: string): UpstreamError {
    const status = this.status === null ? '' : ` (status ${this.status})`;
    const size = this.characters === null ? '' : `, even for one text of ${this.characters} characters`;
    const remedy = this.isTransient ? this.whenToTryAgain() : (remedies[this.kind] ?? defaultRemedy);
    const message = `The embedding server ${description}${status}${size}. Nothing was changed. ${remedy}`;
    return new UpstreamError(this.kind === 'timeout' ? 'timeout' : 'failed', message, [], this);
  }

  private whenToTryAgain(): string {
    if (this.retryAfterMs === null) return 'Try again later.';
    return `Try again in ${Math.ceil(this.retryAfterMs / 1000)} s, as the server asks.`;
  }
}
