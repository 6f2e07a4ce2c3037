import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWK, type JWTPayload, SignJWT, decodeJwt, exportJWK, generateKeyPair, importJWK } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

type Claims = Readonly<Record<string, unknown>>;

export const testClient = { id: 'attune', secret: 'the-secret-of-the-client' } as const;

/** A signing key of a provider. */
async function createKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
}

/**
 * A real identity provider (oidc-provider) on loopback. Whoever comes is signed in as `account` at once, and gives consent. What it signs can
 * be changed on the way, as a broken or hostile provider would.
 */
export class TestIdentityProvider {
  /** The claims of people, by subject. */
  readonly accounts = new Map<string, Claims>();
  /** Who signs in next. */
  account = 'ada';
  /** Changes the claims of ID tokens; they are signed again. */
  tamper: ((claims: JWTPayload) => JWTPayload) | null = null;
  /** Signs changed ID tokens with a key that is not published. */
  signsWithForeignKey = false;
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  private server: Server | null = null;
  private provider: Provider | null = null;
  private key: JWK | null = null;
  private redirectUris: string[] = [];
  private backChannelUri: string | null = null;
  private port = 0;

  /** Listens, and has no client yet. */
  static async start(): Promise<TestIdentityProvider> {
    const started = new TestIdentityProvider();
    started.key = await createKey('first');
    await started.listen();
    return started;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Makes these services the redirect addresses of the client; the first one is told when a session ends. */
  setClient(...urls: readonly string[]): void {
    this.redirectUris = urls.map((url) => `${url}/v1/session/oidc/callback`);
    this.backChannelUri = `${urls[0]}/v1/session/oidc/backchannel-logout`;
    this.configure();
  }

  /** From now on another key signs, and only that one is published. */
  async rotateKey(): Promise<void> {
    this.key = await createKey(`key-${Date.now()}`);
    this.configure();
  }

  /** A token that this provider signed. */
  async sign(claims: JWTPayload, header: Readonly<Record<string, string>> = {}): Promise<string> {
    const key = this.signsWithForeignKey ? await createKey(this.key!.kid!) : this.key!;
    const protectedHeader = { alg: 'RS256', kid: key.kid!, ...header };
    return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(await importJWK(key, 'RS256'));
  }

  /** Nothing answers at its address until `listen`. */
  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    if (this.server?.listening) await new Promise((resolve) => this.server!.close(resolve));
  }

  async listen(): Promise<void> {
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url!.split('?')[0]!);
    if (this.provider === null) response.writeHead(503).end();
    else if (request.url!.startsWith('/interaction/'))
      this.interact(this.provider, request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    else this.provider.callback()(request, response);
  }

  private configure(): void {
    const provider = new Provider(this.issuer, this.configuration());
    provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string };
      if (context.path === '/token' && this.tamper !== null && body.id_token !== undefined)
        context.body = { ...body, id_token: await this.sign(this.tamper(decodeJwt(body.id_token))) };
    });
    this.provider = provider;
  }

  private configuration(): Configuration {
    return {
      // The default, named: as a default it warns that it is not for production.
      adapter: (name) => new MemoryAdapter(name),
      clients: [
        {
          client_id: testClient.id,
          client_secret: testClient.secret,
          redirect_uris: this.redirectUris,
          post_logout_redirect_uris: [],
          backchannel_logout_uri: this.backChannelUri!,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [this.key as never] },
      claims: { openid: ['sub'], profile: ['name', 'groups', 'role', 'tenant_id', '_claim_names'] },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true, logoutSource: (context, form) => void (context.body = form) },
      },
      pkce: { required: () => true },
      cookies: { keys: ['a key of a test'] },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: (_context, subject) => ({
        accountId: subject,
        claims: async () => ({ ...this.accounts.get(subject), sub: subject }),
      }),
      ttl: {
        AccessToken: 60,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 600,
        Interaction: 60,
        Session: 600,
      },
    };
  }

  private async interact(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login')
      return provider.interactionFinished(request, response, { login: { accountId: this.account } });
    const grant = new provider.Grant({
      accountId: session!.accountId,
      clientId: params['client_id'] as string,
    });
    grant.addOIDCScope(params['scope'] as string);
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  }
}
