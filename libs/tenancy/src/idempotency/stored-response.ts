/** An answer as it was given the first time. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What names one idempotent request: who asks, with which key, for what. */
export interface IdempotentRequest {
  /** The tenant whose credential asks, or null for the platform. */
  readonly tenantId: string | null;
  readonly actor: string;
  readonly key: string;
  /** Digest of method, path and body. */
  readonly digest: string;
}
