import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access, IgnoreUndeclaredInput } from '#http';

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Attune</title>
<h1>Attune</h1><p>This is the HTTP API of Attune: settings per tenant, and the query that applies them.</p>
<ul><li><a href="/docs">Every route, with examples</a></li><li><a href="/openapi.json">The OpenAPI document</a></li>
<li><a href="/health/ready">The health of this replica</a></li></ul>
<p>Send an API key with each request: <code>Authorization: Bearer atn_…</code></p></html>\n`;

/** The page for a person who opens the service's address in a browser. */
@ApiExcludeController()
@IgnoreUndeclaredInput()
@Controller()
export class HomeController {
  @Get()
  @Access('public')
  @Header('content-type', 'text/html; charset=utf-8')
  show(): string {
    return page;
  }
}
