import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header, type OnModuleInit, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '@nestjs/swagger';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Access, IgnoreUndeclaredInput } from '#http';

/** Where `npm run build` puts the console, beside the compiled service. */
const folder = join(import.meta.dirname, '../../../console');

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Attune</title>
<h1>Attune</h1><p>The console is not built here: <code>npm run build</code> builds it. The API is there:
<a href="docs">every route, with examples</a>.</p></html>\n`;

/** Where the pages of the console are. Each is the same document: which screen it shows is decided in the browser. */
const pages = [
  '',
  'tenants',
  'bulk-updates',
  'plans',
  'defaults',
  'models',
  'approvals',
  'rollouts',
  'audit',
  'emergency',
  'replicas',
  'usage',
  'identity',
  'sessions',
  'account',
  'platform-keys',
  'platform-webhooks',
];

/** Logos of tenants come from anywhere by https; everything else comes from the service itself. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: https:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Serves the console: its page with a new nonce for each request, and its files, which never change under the same name. */
@ApiExcludeController()
@IgnoreUndeclaredInput()
@Controller()
export class ConsoleController implements OnModuleInit {
  private page: string | null = null;

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    // Without HTTP, as in a benchmark, there is no adapter.
    const server = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    this.page = server ? readPage(server.publicPath) : null;
    if (!server || this.page === null) return;
    server.registerNotFoundPage((path, reply) => {
      if (/^\/v1(\/|$)/.test(path)) return null;
      void reply.headers({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
      return this.show(reply);
    });
    // Nobody waits for it: that would start the server before Nest has set its error handler.
    void server.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => void reply.header('cache-control', cacheControlOf(path)),
    });
  }

  @Get(pages.flatMap((page) => (page === '' ? [''] : [page, `${page}/*`])))
  @Access('public')
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/html; charset=utf-8')
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    if (this.page === null) return notBuilt;
    const nonce = randomBytes(16).toString('base64');
    void reply.header('content-security-policy', contentSecurityPolicy(nonce));
    return this.page.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`);
  }
}

/** Names with a hash, which Vite makes, never get another content. */
function cacheControlOf(path: string): string {
  return /-[\w-]{8}\.(js|css)/.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=3600';
}

/** The page with `publicPath` in front of the paths of its files, and where its script finds it. */
function readPage(publicPath: string): string | null {
  const file = join(folder, 'index.html');
  if (!existsSync(file)) return null;
  return readFileSync(file, 'utf8')
    .replaceAll(/(?<=(?:href|src)=")\.?\//g, `${publicPath}/`)
    .replace('name="public-path" content=""', `name="public-path" content="${publicPath}"`);
}
