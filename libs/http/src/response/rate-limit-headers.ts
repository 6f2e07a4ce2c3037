/** What is left of a limit. */
export interface RateLimitStatus {
  /** Names the limit: `changes`. */
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until more is left; null while nothing was used. */
  readonly reset_s: number | null;
  readonly window_s: number;
}

/**
 * The headers `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
 *
 * ```ts
 * rateLimitHeaders({ name: 'changes', limit: 10, remaining: 9, reset_s: 3599, window_s: 3600 });
 * // { ratelimit: '"changes";r=9;t=3599', 'ratelimit-policy': '"changes";q=10;w=3600' }
 * ```
 */
export function rateLimitHeaders({
  name,
  limit,
  remaining,
  reset_s: resetS,
  window_s: windowS,
}: RateLimitStatus): Record<string, string> {
  const reset = resetS === null ? '' : `;t=${resetS}`;
  return {
    ratelimit: `"${name}";r=${remaining}${reset}`,
    'ratelimit-policy': `"${name}";q=${limit};w=${windowS}`,
  };
}
