import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError, TenantNotFoundError } from '#kernel';
import type { Principal } from '#tenancy';
import { ConfigurationRepository } from '../configuration.repository.js';
import { layersOf } from '../read/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { resolve } from '../settings/layers.js';
import { DomainRecords, type TxtRecords } from './domain-records.js';
import { DomainRepository, takenDomain } from './domain.repository.js';
import type { VerificationAnswer } from './domain.response.js';

/**
 * Verifies that a tenant's custom domain is the tenant's: it must be able to publish a token of ours in the domain's DNS. Until
 * then the domain is a claim, which blocks nobody; afterwards it is this tenant's alone, as long as its configuration keeps it.
 */
@Injectable()
export class VerifyDomain {
  constructor(
    private readonly database: Database,
    private readonly repository: DomainRepository,
    private readonly configurations: ConfigurationRepository,
    private readonly reader: ConfigReader,
    private readonly records: DomainRecords,
  ) {}

  /** @throws ConflictError when there is no domain to verify, or it is another tenant's. */
  async verify(tenantId: string, author: Principal): Promise<VerificationAnswer> {
    const domain = await this.domainOf(tenantId);
    const { owner, secret } = await this.database.asTenant(
      tenantId,
      async () => ({
        owner: await this.repository.ownerOf(domain),
        secret: await this.repository.secretOf(tenantId),
      }),
      author,
    );
    const claim = { domain, expected_record: recordFor(domain, secret) };
    if (owner === tenantId) return { ...claim, verified: true, detail: null };
    if (owner !== null) throw takenDomain(domain);
    const found = await this.records.at(nameFor(domain));
    if (!holds(found, claim.expected_record))
      return { ...claim, verified: false, detail: whyNot(found, claim) };
    await this.take(tenantId, domain, author);
    return { ...claim, verified: true, detail: null };
  }

  private async take(tenantId: string, domain: string, author: Principal): Promise<void> {
    const work = () => this.repository.verify(tenantId, domain);
    if (await this.database.asTenant(tenantId, work, author)) return;
    throw new ConflictError('custom_domain was changed meanwhile; verify the new one.');
  }

  /** Read from the database: whoever has just set it may ask another replica. */
  private async domainOf(tenantId: string): Promise<string> {
    const found = await this.database.readAsTenant(tenantId, () => this.configurations.find(tenantId));
    if (!found) throw new TenantNotFoundError();
    const { settings } = resolve(layersOf(await this.reader.partsFor(found.value)));
    const own = found.value.settings.custom_domain ?? null;
    if (own === null || own !== settings.custom_domain)
      throw new ConflictError('The tenant has no custom_domain of its own to verify; set one first.');
    return own;
  }
}

function nameFor(domain: string): string {
  return `_attune.${domain}`;
}

/** Another one for every tenant and every domain, so that a record proves nothing about any other. */
function recordFor(domain: string, secret: string): string {
  const token = createHmac('sha256', secret).update(domain).digest('hex').slice(0, 32);
  return `attune-verification=${token}`;
}

function holds(found: TxtRecords, expected: string): boolean {
  return 'records' in found && found.records.some((record) => record.trim() === expected);
}

function whyNot(
  found: TxtRecords,
  { domain, expected_record: expected }: Pick<VerificationAnswer, 'domain' | 'expected_record'>,
): string {
  const name = nameFor(domain);
  if ('failure' in found)
    return `DNS gave no answer for ${name} (${found.failure}). Nothing was changed; try again.`;
  const state = found.records.length === 0 ? 'has no TXT record' : 'has TXT records, but not this one';
  return `${name} ${state}. Publish the TXT record ${expected} there and try again; DNS may take a while to show it.`;
}
