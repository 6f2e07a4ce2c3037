import { Injectable } from '@nestjs/common';
import { InvalidInputError, TenantNotFoundError, UnauthenticatedError } from '#kernel';
import { Authenticator } from '../authentication/authenticator.js';
import { type OpenedSession, SessionService } from '../sessions/session.service.js';
import { SignInLimit } from './limit/sign-in-limit.js';
import type { SignInRequest } from './sign-in.request.js';
import { StartCodeService } from './start-code.service.js';

/** Who tries to sign in. */
export interface SignInClient {
  readonly address: string;
  /** The header `User-Agent`. */
  readonly agent: string | undefined;
}

/** Who has the start message can also read the database, where no rule of the service applies. */
const operator = {
  actor: 'operator',
  role: 'platform_admin',
  tenantId: null,
  name: 'operator',
} as const;

/** Turns an API key or a one-time code into a session. */
@Injectable()
export class SignInService {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionService,
    private readonly limit: SignInLimit,
    private readonly codes: StartCodeService,
  ) {}

  /**
   * @throws InvalidInputError unless there is exactly one of key and code. @throws UnauthenticatedError when it is not valid.
   * @throws RateLimitedError after 10 tries of this address within a minute.
   */
  async signIn(request: SignInRequest, client: SignInClient): Promise<OpenedSession> {
    this.assertOneCredential(request);
    await this.limit.consume(client.address);
    const { api_key: key, code = '' } = request;
    return key === undefined ? this.redeemCode(code, client) : this.signInWithKey(key, client);
  }

  /** @throws InvalidInputError unless there is exactly one of key and code. */
  assertOneCredential({ api_key: key, code }: Partial<SignInRequest>): void {
    if ((key === undefined) !== (code === undefined)) return;
    const message = 'Send exactly one of api_key and code.';
    throw new InvalidInputError(
      ['api_key', 'code'].map((field) => ({ field, rule: 'combination', message })),
    );
  }

  private async signInWithKey(key: string, client: SignInClient): Promise<OpenedSession> {
    if (!key.startsWith('atn_'))
      throw new UnauthenticatedError(
        'api_key must be an API key, which begins with atn_.',
        undefined,
        'no_key',
      );
    const { principal } = await this.authenticator.authenticate(`Bearer ${key}`);
    const { actor, subject: keyId, role, tenantId, credential } = principal;
    const name = credential?.name ?? null;
    const input = { actor, keyId, role, tenantId, name, mayLastUntil: credential?.expiresAt ?? null };
    return this.sessions.open({ ...input, ...client }).catch((error: unknown) => {
      if (!(error instanceof TenantNotFoundError)) throw error;
      throw new UnauthenticatedError('The API key was just revoked.', error, 'revoked_key');
    });
  }

  private async redeemCode(code: string, client: SignInClient): Promise<OpenedSession> {
    const opened = await this.codes.redeem(code, () => this.sessions.open({ ...operator, ...client }));
    if (opened !== null) return opened;
    const message =
      'The code is not valid: it works once, for 10 minutes after the start. Start the service again for another link, or sign in with an API key.';
    throw new UnauthenticatedError(message, undefined, 'invalid_code');
  }
}
