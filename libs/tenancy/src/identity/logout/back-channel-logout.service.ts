import { Injectable } from '@nestjs/common';
import { SessionService } from '../../sessions/session.service.js';
import { SignInLimit } from '../../sign-in/limit/sign-in-limit.js';
import type { Connection } from '../connections/connection.repository.js';
import { OidcExchangeService } from '../flow/oidc-exchange.service.js';
import { SealingService } from '../sealing/sealing.service.js';
import type { LogoutToken } from './logout-token.js';
import { LogoutTokenVerifier, throwInvalidToken } from './logout-token-verifier.js';

const system = { actor: 'system', role: 'system' } as const;
/** A token is accepted for ten minutes; clocks may differ. */
const rememberedForMs = 3_600_000;

/** Ends the sessions that an identity provider has ended (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class BackChannelLogoutService {
  constructor(
    private readonly verifier: LogoutTokenVerifier,
    private readonly sealing: SealingService,
    private readonly exchange: OidcExchangeService,
    private readonly sessions: SessionService,
    private readonly limit: SignInLimit,
  ) {}

  /**
   * The token counts as used only after the sessions have ended, so that the provider can send it again when this fails.
   *
   * @throws InvalidInputError @throws UnavailableError @throws RateLimitedError after 60 invalid tokens of this address within a minute
   */
  logOut(text: string, address: string): Promise<void> {
    return this.limit.countIfInvalid(address, 'logout', () => this.endSessionsOf(text));
  }

  private async endSessionsOf(text: string): Promise<void> {
    const { token, connections } = await this.verifier.verify(text);
    const use = `logout ${token.issuer} ${token.id}`;
    if (await this.sealing.wasUsed(use)) throwInvalidToken();
    for (const connection of connections) await this.endSessions(connection, token);
    await this.sealing.useOnce(use, token.issuedAt * 1000 + rememberedForMs);
  }

  private async endSessions({ id }: Connection, { sid, subject, issuer }: LogoutToken): Promise<void> {
    if (sid !== null) await this.sessions.endBySid(id, sid);
    else await this.sessions.end({ connection: id, actor: this.exchange.actorOf(issuer, subject!) }, system);
  }
}
