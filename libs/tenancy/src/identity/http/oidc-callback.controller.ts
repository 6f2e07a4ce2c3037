import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access, ApiAnswer, ApiProblems, IgnoreUndeclaredInput, addressOf } from '#http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TenantReader } from '../../tenants/tenant-reader.js';
import { OidcCallbackService, type Option } from '../flow/oidc-callback.service.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { sendErrorPage, sendPage } from './send-page.js';
import { type PageOption, choicePage } from './sign-in-page.js';
import { clearSignInCookie, setSignInCookie, signInCookieOf } from './sign-in-cookie.js';

const choosePath = '/v1/session/oidc/choose';

const ProviderQuery = (name: string, description: string, example: string) =>
  ApiQuery({ name, required: false, description, schema: { type: 'string', maxLength: 4000, example } });

const ChoicePage = () =>
  ApiResponse({
    status: 200,
    description: 'A page on which a person with several roles picks one',
    content: {
      'text/html': { schema: { type: 'string' }, example: '<!doctype html><html lang="en">…</html>' },
    },
  });

/** Where the identity provider sends the browser back. Providers add parameters of their own. */
@ApiTags('session')
@IgnoreUndeclaredInput()
@Controller('v1/session/oidc')
export class OidcCallbackController {
  constructor(
    private readonly callbacks: OidcCallbackService,
    private readonly browser: BrowserSignIn,
    private readonly tenants: TenantReader,
  ) {}

  @Get('callback')
  @Access('public')
  @ApiOperation({
    summary: 'End a sign-in at an identity provider: the browser comes back',
    description:
      'The address to register at the provider. Sets the cookie of the session. 400: the sign-in must begin again. 401: a check failed. 403: no mapping gives a role.',
  })
  @ProviderQuery('code', 'The code of the provider', 'SplxlOBeZQQYbYS6WxSbIA')
  @ProviderQuery('state', 'As the start has sent it', 'af0ifjsldkj')
  @ProviderQuery('error', 'Why the provider did not sign the person in', 'access_denied')
  @ChoicePage()
  @ApiAnswer(303, null, { description: 'Signed in; to the page that wanted it', headers: ['Location'] })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'unavailable')
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      clearSignInCookie(request, reply);
      const query = new URL(request.url, 'https://attune.invalid').searchParams;
      const client = { address: addressOf(request), agent: request.headers['user-agent'] };
      const result = await this.callbacks.complete(signInCookieOf(request), query, client);
      if (result.kind === 'signed-in') return await this.browser.enter(request, reply, result);
      setSignInCookie(request, reply, result.id);
      const action = `${reply.server.publicPath}${choosePath}`;
      sendPage(reply, choicePage(await this.describe(result.options), action));
    } catch (error) {
      sendErrorPage(request, reply, error);
    }
  }

  private describe(options: readonly Option[]): Promise<PageOption[]> {
    return Promise.all(
      options.map(async ({ choice, grant: { role, tenantId } }) => {
        if (tenantId === null) return { title: 'The platform', role, choice };
        const name = (await this.tenants.find(tenantId))?.name ?? tenantId;
        return { title: name === tenantId ? name : `${name} (${tenantId})`, role, choice };
      }),
    );
  }
}
