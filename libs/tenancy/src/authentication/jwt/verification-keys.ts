import type { JWTVerifyGetKey } from 'jose';

/** The keys that verify JWTs at one moment. */
export interface KeySet {
  readonly find: JWTVerifyGetKey;
}

/**
 * Where the keys that verify JWTs come from.
 *
 * ```ts
 * const keys: VerificationKeys = new SharedSecret('a secret of more than thirty-two characters');
 * const { find } = await keys.current();
 * ```
 */
export abstract class VerificationKeys {
  /** @throws UnavailableError when there are none yet and they cannot be fetched. */
  abstract current(): Promise<KeySet>;

  /**
   * Newer keys than `tried`, which did not verify a token with this `kid`; null when there are none, or this was asked a moment ago.
   *
   * @throws UnavailableError when they cannot be fetched.
   */
  abstract newerThan(tried: KeySet, kid: string): Promise<KeySet | null>;
}

/** The one secret that the service and the identity provider share. */
export class SharedSecret extends VerificationKeys {
  private readonly keys: KeySet;

  constructor(secret: string) {
    super();
    const bytes = new TextEncoder().encode(secret);
    this.keys = { find: () => bytes };
  }

  current(): Promise<KeySet> {
    return Promise.resolve(this.keys);
  }

  newerThan(): Promise<null> {
    return Promise.resolve(null);
  }
}
