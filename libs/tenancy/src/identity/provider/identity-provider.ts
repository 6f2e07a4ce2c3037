import { Logger } from '@nestjs/common';
import type { Egress } from '#egress';
import { type Clock, UnavailableError } from '#kernel';
import { OutageLog } from '#telemetry';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import { RemoteJwks } from '../../authentication/jwt/remote-jwks.js';
import { SignedTokens, publicKeyAlgorithms } from '../../authentication/jwt/signed-tokens.js';
import { guardedFetch } from './guarded-fetch.js';

/** How the service is known at an identity provider. */
export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly clockToleranceS: number;
}

interface Discovered {
  readonly configuration: openid.Configuration;
  readonly discoveredAt: number;
}

const requestTimeoutS = 5;
/** What the provider says of itself is read again after this time; if it does not answer, the last answer stays in use. */
const maxAgeMs = 600_000;
/** After a failure, callers get it again for this time without another attempt. */
const retryAfterMs = 1_000;

/**
 * An identity provider, as its discovery document describes it. The document is read when it is first needed, so the service starts
 * without the provider.
 */
export class IdentityProvider {
  private discovered: Discovered | null = null;
  private pending: Promise<Discovered> | null = null;
  private attemptedAt = Number.NEGATIVE_INFINITY;
  /** Of the last attempt; null when it succeeded. */
  private failure: UnavailableError | null = null;
  private keys: { readonly url: string; readonly jwks: RemoteJwks } | null = null;
  private readonly outage: OutageLog;

  constructor(
    readonly options: ProviderOptions,
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {
    const recovery = `The identity provider ${options.issuer} answers again.`;
    this.outage = new OutageLog(new Logger('sign-in'), { recovery, repeatEveryMs: maxAgeMs, clock });
  }

  /** @throws UnavailableError when the provider does not answer and has not answered before. */
  async configuration(): Promise<openid.Configuration> {
    const { discovered } = this;
    const now = this.clock.now();
    if (discovered !== null && now - discovered.discoveredAt < maxAgeMs) return discovered.configuration;
    try {
      return (await this.discover()).configuration;
    } catch (error) {
      if (discovered !== null) return discovered.configuration;
      throw error;
    }
  }

  /**
   * The claims of a token that the provider signed for this client.
   *
   * @throws errors of jose. @throws UnavailableError when the provider’s keys cannot be fetched.
   */
  async verify(token: string, requiredClaims: string[]): Promise<JWTPayload> {
    const metadata = (await this.configuration()).serverMetadata();
    const { clientId, clockToleranceS } = this.options;
    const claims = { issuer: metadata.issuer, audience: clientId };
    const expected = { algorithms: publicKeyAlgorithms, claims, requiredClaims, clockToleranceS };
    return new SignedTokens(this.jwksAt(metadata.jwks_uri), expected, this.clock).verify(token);
  }

  /** Notes that the provider does not answer, and returns what to tell the caller. */
  unavailable(cause: unknown): UnavailableError {
    const { issuer } = this.options;
    this.outage.recordFailure(`The identity provider ${issuer} cannot be used.`, { err: cause });
    const message = `The identity provider ${new URL(issuer).hostname} does not answer at the moment; try again shortly.`;
    return new UnavailableError(message, 5, cause);
  }

  /** Concurrent callers share one attempt. @throws UnavailableError */
  private discover(): Promise<Discovered> {
    if (this.failure !== null && this.clock.now() - this.attemptedAt < retryAfterMs)
      return Promise.reject(this.failure);
    this.pending ??= this.attempt().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async attempt(): Promise<Discovered> {
    this.attemptedAt = this.clock.now();
    try {
      const configuration = await discover(this.options, this.egress);
      this.discovered = { configuration, discoveredAt: this.clock.now() };
      this.failure = null;
      this.outage.recordRecovery();
      return this.discovered;
    } catch (error) {
      this.failure = this.unavailable(error);
      throw this.failure;
    }
  }

  private jwksAt(url: string | undefined): RemoteJwks {
    if (url === undefined) throw this.unavailable(new Error('The discovery document has no jwks_uri.'));
    if (this.keys?.url !== url) {
      const source = { url: new URL(url), name: this.options.issuer, fetch: this.egress.fetch };
      this.keys = { url, jwks: new RemoteJwks(source, this.clock) };
    }
    return this.keys.jwks;
  }
}

async function discover(
  { issuer, clientId, clientSecret, clockToleranceS }: ProviderOptions,
  egress: Egress,
): Promise<openid.Configuration> {
  const metadata = { [openid.clockTolerance]: clockToleranceS };
  return openid.discovery(new URL(issuer), clientId, metadata, authenticationWith(clientSecret), {
    [openid.customFetch]: guardedFetch(egress),
    timeout: requestTimeoutS,
    ...(issuer.startsWith('http:') ? { execute: [openid.allowInsecureRequests] } : {}),
  });
}

/** As the provider can: by the header, which is the default of the standard, else in the form. */
function authenticationWith(secret: string | null): openid.ClientAuth {
  if (secret === null) return openid.None();
  const [inHeader, inForm] = [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? inHeader : inForm)(server, ...rest);
  };
}
