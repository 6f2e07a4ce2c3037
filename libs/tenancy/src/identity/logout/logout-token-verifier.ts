import { Injectable, Logger } from '@nestjs/common';
import { Clock, InvalidInputError, UnavailableError } from '#kernel';
import { ConnectionFinder } from '../connections/connection-finder.js';
import type { Connection } from '../connections/connection.repository.js';
import { IdentityProviders } from '../provider/identity-providers.js';
import { type LogoutToken, readUnverified, toLogoutToken } from './logout-token.js';

/** Verifies the tokens by which providers end sessions. */
@Injectable()
export class LogoutTokenVerifier {
  private readonly logger = new Logger('sign-in');

  constructor(
    private readonly connections: ConnectionFinder,
    private readonly providers: IdentityProviders,
    private readonly clock: Clock,
  ) {}

  /**
   * The token, and the connections for which it counts: several may have the same client.
   *
   * @throws InvalidInputError @throws UnavailableError when the provider’s keys cannot be fetched.
   */
  async verify(token: string): Promise<{ readonly token: LogoutToken; readonly connections: Connection[] }> {
    const { issuer, audience } = readUnverified(token) ?? throwInvalidToken();
    const ofIssuer = await this.connections.listByIssuer(issuer);
    const connections = ofIssuer.filter(({ client_id: clientId }) => audience.includes(clientId));
    const [first] = connections;
    if (first === undefined) throwInvalidToken();
    return { token: await this.verifyWith(first, token), connections };
  }

  private async verifyWith(connection: Connection, token: string): Promise<LogoutToken> {
    const provider = await this.providers.of(connection);
    try {
      const claims = await provider.verify(token, ['iat', 'jti', 'events']);
      return toLogoutToken(token, claims, this.clock.now() / 1000) ?? throwInvalidToken();
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.logger.warn({ issuer: connection.issuer, failure: String(error) }, 'A logout token was refused.');
      return throwInvalidToken();
    }
  }
}

/** For the sender all reasons are the same; the log has the reason. */
export function throwInvalidToken(): never {
  const message = 'logout_token is not a logout token of a provider of this service, or it was used before.';
  throw new InvalidInputError([{ field: 'logout_token', rule: 'pattern', message }]);
}
