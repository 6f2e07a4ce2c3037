import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Access,
  ApiAnswer,
  ApiProblems,
  ApiRequestBody,
  IgnoreUndeclaredInput,
  ProblemForm,
  StringField,
  type ToErrorAnswer,
  UrlencodedForm,
  addressOf,
} from '#http';
import type { FastifyRequest } from 'fastify';
import { LogoutRequest } from './oidc.request.js';
import { BackChannelLogoutService } from '../logout/back-channel-logout.service.js';

/** An error of OAuth 2.0 (RFC 6749 §5.2). */
class OAuthErrorResponse {
  @StringField({ example: 'invalid_request' })
  error!: string;

  @StringField({ example: 'logout_token is required.' })
  error_description!: string;
}

const toOAuthError: ToErrorAnswer = ({ status, body }) => {
  const faultOfOurs = status === 503 ? 'temporarily_unavailable' : 'server_error';
  const error = status < 500 ? 'invalid_request' : faultOfOurs;
  return { contentType: 'application/json', body: { error, error_description: body['detail'] } };
};

/** Identity providers call it. They may send fields of their own. */
@ApiTags('session')
@IgnoreUndeclaredInput()
@Controller('v1/session/oidc')
export class BackChannelLogoutController {
  constructor(private readonly logouts: BackChannelLogoutService) {}

  @Post('backchannel-logout')
  @HttpCode(200)
  @UrlencodedForm(65_536)
  @Access('public')
  @Header('cache-control', 'no-store')
  @ProblemForm(toOAuthError, OAuthErrorResponse)
  @ApiOperation({
    summary: 'End sessions that an identity provider has ended',
    description:
      'OpenID Connect Back-Channel Logout 1.0: the address to register at the provider. The token names a session (`sid`) or a person (`sub`). Works once for each token.',
  })
  @ApiRequestBody(LogoutRequest, { logout_token: 'eyJhbGciOiJSUzI1NiJ9.e30.AA' })
  @ApiAnswer(200, null, { description: 'The sessions have ended' })
  @ApiProblems('rate-limited')
  async logOut(@Req() request: FastifyRequest): Promise<void> {
    const body = request.body as Readonly<Record<string, string>> | undefined;
    await this.logouts.logOut(body?.['logout_token'] ?? '', addressOf(request));
  }
}
