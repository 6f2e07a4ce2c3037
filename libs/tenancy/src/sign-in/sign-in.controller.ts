import { Body, Controller, Delete, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Access,
  AlsoCheck,
  ApiAnswer,
  ApiProblems,
  CurrentPrincipal,
  type Principal,
  type ValidInput,
  addressOf,
} from '#http';
import { ForbiddenError, NotFoundError } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSentByOtherOrigin } from '../authentication/console-evidence.js';
import {
  assertCookieWillBeStored,
  clearSessionCookie,
  sessionTokenOf,
  setSessionCookie,
} from '../sessions/session-cookie.js';
import { SignInRequest } from './sign-in.request.js';
import { EndSessionResponse } from './end-session.response.js';
import { SignInService } from './sign-in.service.js';
import { SignOutService } from './sign-out.service.js';

/** Signs a browser in and out. `GET v1/session` is in libs/config, which knows the limits. */
@ApiTags('session')
@Controller('v1/session')
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly signOuts: SignOutService,
  ) {}

  @Post()
  @HttpCode(204)
  @AlsoCheck((controller: SignInController, { body }: ValidInput<SignInRequest>) =>
    controller.signIns.assertOneCredential(body),
  )
  @Access('public')
  @ApiOperation({
    summary: 'Sign in with an API key or a one-time code',
    description:
      'Sets the cookie `__Host-attune` (over plain http on this machine: `attune`). A session that the browser had before ends. 10 tries a minute and address.',
  })
  @ApiAnswer(204, null)
  @ApiProblems('unauthenticated', 'forbidden', 'rate-limited')
  async signIn(
    @Body() body: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (isSentByOtherOrigin(request))
      throw new ForbiddenError(
        'Only a page of this service can sign in: the request comes from another origin.',
      );
    assertCookieWillBeStored(request);
    const client = { address: addressOf(request), agent: request.headers['user-agent'] };
    const session = await this.signIns.signIn(body, client);
    await this.signOuts.endReplaced(sessionTokenOf(request));
    setSessionCookie(request, reply, session);
  }

  @Delete()
  @HttpCode(204)
  @Access('any', { onlyReads: true })
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Sign out',
    description: 'Ends the session of the cookie on every replica, and clears what the browser has stored.',
  })
  @ApiAnswer(200, EndSessionResponse, {
    description: 'Signed out here; the identity provider has a page to sign out there, too',
  })
  @ApiAnswer(204, null)
  @ApiProblems('not-found')
  async signOut(
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EndSessionResponse | undefined> {
    if (principal.session === undefined)
      throw new NotFoundError('There is no session: the request has a credential in a header.');
    const url = await this.signOuts.signOut(principal.session.id, principal);
    clearSessionCookie(request, reply);
    void reply.header('clear-site-data', '"cache", "storage"');
    if (url === null) return undefined;
    void reply.code(200);
    return { end_session_url: url };
  }
}
