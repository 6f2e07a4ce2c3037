import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock, UnauthenticatedError, UnavailableError } from '#kernel';
import * as openid from 'openid-client';
import { isSubject, readClaim, readName } from '../../authentication/jwt/jwt-claims.js';
import { TenancyConfig, tenancyConfig } from '../../tenancy.config.js';
import { actorOf } from '../claims/actor.js';
import type { Claims } from '../claims/grants.js';
import type { Connection } from '../connections/connection.repository.js';
import type { IdentityProvider } from '../provider/identity-provider.js';
import { IdentityProviders } from '../provider/identity-providers.js';
import { describeFailure, toSignInError } from './sign-in-errors.js';
import type { Identity, Transaction } from './transaction.js';

const maxSidLength = 255;
const maxHintLength = 500;

/** Exchanges the code of a callback for what the provider says of a person. No token is kept. */
@Injectable()
export class OidcExchangeService {
  private readonly logger = new Logger('sign-in');

  constructor(
    private readonly providers: IdentityProviders,
    private readonly clock: Clock,
    @Inject(tenancyConfig.KEY) private readonly config: TenancyConfig,
  ) {}

  /**
   * @param query What the provider sent with the callback. @param wanted The claims that decide, by their dotted paths.
   * @throws UnauthenticatedError when a check fails. @throws ForbiddenError when the provider refused. @throws UnavailableError
   */
  async claimsOf(
    connection: Connection,
    transaction: Transaction,
    query: URLSearchParams,
    wanted: readonly string[],
  ): Promise<Claims> {
    const provider = await this.providers.of(connection);
    try {
      return await this.exchange(provider, transaction, query, wanted);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.logger.warn(
        { issuer: provider.options.issuer, failure: describeFailure(error) },
        'A sign-in failed.',
      );
      throw toSignInError(error, provider);
    }
  }

  private async exchange(
    provider: IdentityProvider,
    { redirectUri, state, nonce, codeVerifier }: Transaction,
    query: URLSearchParams,
    wanted: readonly string[],
  ): Promise<Claims> {
    const configuration = await provider.configuration();
    const callback = new URL(redirectUri);
    callback.search = query.toString();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier };
    const tokens = await openid.authorizationCodeGrant(configuration, callback, checks);
    const claims = await provider.verify(tokens.id_token!, ['exp', 'iat', 'sub']);
    const isComplete = wanted.every((path) => readClaim(claims, path) !== undefined);
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub!)), ...claims };
  }

  /** @throws UnauthenticatedError when the claim `sub` cannot name a person. */
  identityOf(claims: Claims): Identity {
    const { sub, iss, sid, login_hint: hint, auth_time: seconds } = claims;
    if (!isSubject(sub)) {
      const message = 'The identity provider’s claim sub has invisible characters, or more than 255.';
      throw new UnauthenticatedError(message, undefined, 'jwt_claims');
    }
    return {
      actor: this.actorOf(String(iss), sub),
      name: readName(claims['name']) ?? readName(claims['preferred_username']),
      sid: textOf(sid, maxSidLength),
      logoutHint: textOf(hint, maxHintLength),
      authenticatedAt: this.pastTimeOf(seconds),
    };
  }

  /** A provider's clock may be ahead. */
  private pastTimeOf(seconds: unknown): number | null {
    if (typeof seconds !== 'number' || !(seconds >= 0)) return null;
    return Math.min(seconds * 1_000, this.clock.now());
  }

  /** How histories name the person of a provider. */
  actorOf(issuer: string, subject: string): string {
    return actorOf(issuer, subject, this.config.jwtIssuer ?? this.config.oidc?.issuer ?? null);
  }
}

function textOf(claim: unknown, maxLength: number): string | null {
  return typeof claim === 'string' && claim !== '' && claim.length <= maxLength ? claim : null;
}
