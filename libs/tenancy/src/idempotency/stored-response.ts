/** The response to the first request with a key. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Identifies one idempotent request: its actor, its key and its content. */
export interface IdempotentRequest {
  /** The tenant of the credential; null for the platform. */
  readonly tenantId: string | null;
  readonly actor: string;
  readonly key: string;
  /** Digest of method, path and body. */
  readonly digest: string;
}
