import { domainToASCII } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { InvalidInputError, NotFoundError } from '#kernel';
import { ConfigReader } from '../read/config-reader.js';
import { DomainRepository } from './domain.repository.js';
import type { BrandingResponse } from './domain.response.js';

/** The colour and logo of the tenant with a verified custom domain, for pages before sign-in. */
@Injectable()
export class BrandingService {
  constructor(
    private readonly database: Database,
    private readonly repository: DomainRepository,
    private readonly reader: ConfigReader,
  ) {}

  /**
   * Also for a suspended tenant, whose users can still read.
   *
   * @throws NotFoundError when no tenant has verified the domain.
   */
  async forDomain(domain: string): Promise<BrandingResponse> {
    const host = requireHostName(domain);
    const owner = await this.database.readGlobal(() => this.repository.findOwner(host));
    if (owner === null) throw domainNotFoundError();
    const { settings } = await this.reader.current(owner);
    // The plan may lock custom_domain; then the tenant's own value has no effect.
    if (settings.custom_domain !== host) throw domainNotFoundError();
    return { ui_primary_color: settings.ui_primary_color, ui_logo_url: settings.ui_logo_url };
  }
}

/** The name in the form of `custom_domain`: lower case, Punycode, no final dot. Null when the text is no host name. */
export function parseHostName(text: string): string | null {
  // `domainToASCII` would accept these as the end or another part of a URL.
  if (/[/\\?#:@%\s]/.test(text)) return null;
  const name = domainToASCII(text).replace(/\.$/, '');
  return name === '' ? null : name;
}

function requireHostName(domain: string): string {
  const host = parseHostName(domain);
  if (host !== null) return host;
  const message = 'domain must be a host name, without scheme, port and path.';
  throw new InvalidInputError([{ field: 'domain', rule: 'pattern', message, value: domain }]);
}

function domainNotFoundError(): NotFoundError {
  return new NotFoundError('No tenant has verified this domain.');
}
