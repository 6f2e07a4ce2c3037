import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionTokenOf, setSessionCookie } from '../../sessions/session-cookie.js';
import { SignOutService } from '../../sign-in/sign-out.service.js';
import type { SignedIn } from '../flow/oidc-callback.service.js';
import { sendTo } from './send-page.js';

/** Gives a session to a browser that has signed in. */
@Injectable()
export class BrowserSignIn {
  constructor(private readonly signOuts: SignOutService) {}

  /** A session that the browser had before ends. */
  async enter(request: FastifyRequest, reply: FastifyReply, { session, returnTo }: SignedIn): Promise<void> {
    await this.signOuts.endReplaced(sessionTokenOf(request));
    setSessionCookie(request, reply, session);
    sendTo(reply, returnTo);
  }
}
