import { Injectable } from '@nestjs/common';
import { isLoopbackHost } from '#http';
import { Clock, ForbiddenError, InvalidInputError } from '#kernel';
import * as openid from 'openid-client';
import { ConnectionFinder } from '../connections/connection-finder.js';
import { IdentityProviders } from '../provider/identity-providers.js';
import { isConsolePath } from './return-to.js';
import { SealedStates } from './sealed-states.js';
import { type Transaction, signInTimeoutMs } from './transaction.js';

/** Where a sign-in begins. */
export interface StartInput {
  /** Undefined: that of the environment, or else the only one. */
  readonly connectionId: string | undefined;
  /** The page of the console that wants the sign-in. */
  readonly returnTo: string;
  /** Where the provider sends the browser afterwards. */
  readonly redirectUri: string;
  /** The provider is to ask also a person whom it still knows. */
  readonly reauthenticates: boolean;
}

/** Begins sign-ins by code flow with PKCE. */
@Injectable()
export class OidcStartService {
  constructor(
    private readonly connections: ConnectionFinder,
    private readonly providers: IdentityProviders,
    private readonly states: SealedStates,
    private readonly clock: Clock,
  ) {}

  /**
   * The provider's address for the browser, and what the browser carries until it comes back.
   *
   * @throws InvalidInputError @throws NotFoundError @throws ForbiddenError without https. @throws UnavailableError when the provider does not answer.
   */
  async start(input: StartInput): Promise<{ readonly location: string; readonly transaction: string }> {
    const { connectionId: id, returnTo, redirectUri, reauthenticates } = input;
    assertConsolePath(returnTo);
    assertSecure(redirectUri);
    const connection = await (id === undefined ? this.connections.getDefault() : this.connections.get(id));
    const provider = await this.providers.of(connection);
    const configuration = await provider.configuration();
    const transaction: Transaction = {
      connectionId: connection.id,
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      codeVerifier: openid.randomPKCECodeVerifier(),
      redirectUri,
      returnTo,
      expiresAt: this.clock.now() + signInTimeoutMs,
    };
    const location = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: connection.scopes.join(' '),
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(transaction.codeVerifier),
      code_challenge_method: 'S256',
      // OpenID Connect Core 3.1.2.1. `max_age` makes the provider say when it asked.
      ...(reauthenticates ? { prompt: 'login', max_age: '0' } : {}),
    });
    const [sealed] = await this.states.seal('transaction', [transaction]);
    return { location: location.href, transaction: sealed! };
  }
}

function assertConsolePath(path: string): void {
  if (isConsolePath(path)) return;
  const message = 'return_to must be the path of a page of the console, such as /tenants?q=acme.';
  throw new InvalidInputError([{ field: 'return_to', rule: 'pattern', message, value: path }]);
}

/** A browser keeps no cookie of a session that came over plain http from another machine. */
function assertSecure(redirectUri: string): void {
  const { protocol, hostname } = new URL(redirectUri);
  if (protocol === 'https:' || isLoopbackHost(hostname)) return;
  throw new ForbiddenError(
    'The sign-in needs https. Set PUBLIC_URL to the https address of the service, or open it as http://localhost on its own machine.',
  );
}
