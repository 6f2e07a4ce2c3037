import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  type Page,
  PageQuery,
  UrlencodedForm,
  addressOf,
  paginateInMemory,
  publicUrlOf,
} from '#http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignInLimit } from '../../sign-in/limit/sign-in-limit.js';
import { ConnectionFinder } from '../connections/connection-finder.js';
import { OidcCallbackService } from '../flow/oidc-callback.service.js';
import { OidcStartService } from '../flow/oidc-start.service.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { ChoiceRequest, StartQuery } from './oidc.request.js';
import { sendErrorPage, sendTo } from './send-page.js';
import { SignInButtonResponse } from './sign-in-button.response.js';
import { clearSignInCookie, setSignInCookie, signInCookieOf } from './sign-in-cookie.js';

/** The way of a browser to an identity provider. Whoever wants no page (`Accept`) gets problem documents. */
@ApiTags('session')
@Controller('v1/session/oidc')
export class OidcController {
  constructor(
    private readonly connections: ConnectionFinder,
    private readonly starts: OidcStartService,
    private readonly callbacks: OidcCallbackService,
    private readonly browser: BrowserSignIn,
    private readonly limit: SignInLimit,
  ) {}

  @Get('connections')
  @Access('public')
  @ApiOperation({
    summary: 'List the identity providers at which people can sign in',
    description: 'Those of the platform. A connection of a tenant is reached by its id only.',
  })
  @ApiAnswer(200, [SignInButtonResponse])
  async list(@Query() query: PageQuery): Promise<Page<SignInButtonResponse>> {
    const connections = await this.connections.listPublic();
    return paginateInMemory(
      connections.map(({ id, label }) => ({ id, label })),
      query,
    );
  }

  @Get('start')
  @Access('public')
  @ApiOperation({
    summary: 'Send the browser to an identity provider to sign in',
    description:
      'Code flow with PKCE. The provider sends the browser to /v1/session/oidc/callback. A browser (`Accept: text/html`) gets a page instead of a problem document.',
  })
  @ApiAnswer(303, null, { description: 'To the identity provider', headers: ['Location'] })
  @ApiProblems('not-found', 'forbidden', 'unavailable')
  async start(
    @Query() { connection, return_to: wanted, reauthenticate }: StartQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    try {
      const returnTo = wanted ?? `${reply.server.publicPath}/`;
      const redirectUri = `${publicUrlOf(request)}/v1/session/oidc/callback`;
      const reauthenticates = reauthenticate === 'true';
      const input = { connectionId: connection, returnTo, redirectUri, reauthenticates };
      const { location, transaction } = await this.starts.start(input);
      setSignInCookie(request, reply, transaction);
      sendTo(reply, location);
    } catch (error) {
      sendErrorPage(request, reply, error);
    }
  }

  @Post('choose')
  @HttpCode(303)
  @UrlencodedForm(16_384)
  @Access('public')
  @ApiOperation({
    summary: 'Pick one of several roles at the end of a sign-in',
    description: 'The page that the callback answers to a person with several roles sends this form.',
  })
  @ApiAnswer(303, null, { description: 'Signed in; to the page that wanted it', headers: ['Location'] })
  @ApiProblems('unauthenticated', 'forbidden', 'rate-limited')
  async choose(
    @Body() { choice }: ChoiceRequest,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    try {
      clearSignInCookie(request, reply);
      const client = { address: addressOf(request), agent: request.headers['user-agent'] };
      const open = () => this.callbacks.choose(choice, signInCookieOf(request), client);
      const signedIn = await this.limit.countIfInvalid(client.address, 'choice', open);
      await this.browser.enter(request, reply, signedIn);
    } catch (error) {
      sendErrorPage(request, reply, error);
    }
  }
}
