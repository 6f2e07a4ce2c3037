import type { ProviderSession } from '../sessions/session.repository.js';

/** Where a browser also signs out at the identity provider. */
export abstract class EndSessionUrl {
  /** The address to send the browser to; null when there is nothing to do, or the provider does not say. Never throws. */
  abstract find(session: ProviderSession): Promise<string | null>;
}
