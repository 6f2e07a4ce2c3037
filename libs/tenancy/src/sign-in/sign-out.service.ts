import { Injectable } from '@nestjs/common';
import type { Principal } from '#http';
import { UnauthenticatedError } from '#kernel';
import { SessionAuthenticator } from '../authentication/session-authenticator.js';
import { SessionService } from '../sessions/session.service.js';
import { EndSessionUrl } from './end-session-url.js';

/** Ends sessions of the caller. */
@Injectable()
export class SignOutService {
  constructor(
    private readonly sessions: SessionService,
    private readonly authenticator: SessionAuthenticator,
    private readonly endSessionUrl: EndSessionUrl,
  ) {}

  /** Ends the session, and returns where the browser also signs out at the identity provider. */
  async signOut(id: string, author: Principal): Promise<string | null> {
    const providerSession = await this.sessions.findProviderSession(id);
    await this.sessions.end({ id }, author);
    return providerSession === null ? null : this.endSessionUrl.find(providerSession);
  }

  /** Ends the session whose cookie a new sign-in replaces. Does nothing if it has ended already. */
  async endReplaced(token: string | undefined): Promise<void> {
    if (token === undefined) return;
    try {
      const { principal } = await this.authenticator.authenticate(token, false);
      await this.sessions.end({ id: principal.session!.id }, principal);
    } catch (error) {
      if (!(error instanceof UnauthenticatedError)) throw error;
    }
  }
}
