import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { ConflictError, TenantNotFoundError } from '#kernel';
import type { Principal } from '#http';
import { ConfigurationRepository } from '../storage/configuration.repository.js';
import { toLayers } from '../compile/compiled-configuration.js';
import { ConfigReader } from '../read/config-reader.js';
import { resolveSettings } from '#settings';
import { TxtRecordResolver, type TxtRecordLookup } from './txt-record-resolver.js';
import { DomainRepository, domainTakenError } from './domain.repository.js';
import type { VerificationResponse } from './domain.response.js';

/**
 * Verifies that a tenant controls its custom domain: the tenant must publish our token in the domain's DNS. An unverified domain
 * blocks no other tenant. A verified one belongs to this tenant until its configuration names another domain.
 */
@Injectable()
export class VerifyDomainService {
  constructor(
    private readonly database: Database,
    private readonly repository: DomainRepository,
    private readonly configurations: ConfigurationRepository,
    private readonly reader: ConfigReader,
    private readonly records: TxtRecordResolver,
  ) {}

  /**
   * @throws TenantNotFoundError when there is no such tenant.
   * @throws ConflictError when there is no domain to verify, or another tenant has verified it.
   */
  async verify(tenantId: string, author: Principal): Promise<VerificationResponse> {
    const domain = await this.readDomain(tenantId);
    const { owner, secret } = await this.database.asTenant(
      tenantId,
      async () => ({
        owner: await this.repository.findOwner(domain),
        secret: await this.repository.getSecret(tenantId),
      }),
      author,
    );
    const claim = {
      domain,
      record_name: recordName(domain),
      expected_record: expectedRecord(domain, secret),
    };
    if (owner === tenantId) return { ...claim, verified: true, detail: null };
    if (owner !== null) throw domainTakenError(domain);
    const lookup = await this.records.resolve(recordName(domain));
    if (!hasRecord(lookup, claim.expected_record))
      return { ...claim, verified: false, detail: explainFailure(lookup, claim) };
    await this.claim(tenantId, domain, author);
    return { ...claim, verified: true, detail: null };
  }

  private async claim(tenantId: string, domain: string, author: Principal): Promise<void> {
    const work = () => this.repository.verify(tenantId, domain);
    if (await this.database.asTenant(tenantId, work, author)) return;
    throw new ConflictError('custom_domain has just been changed; verify the new domain.');
  }

  /** Reads the database: the client may have set the domain on another replica just now. */
  private async readDomain(tenantId: string): Promise<string> {
    const current = await this.database.readAsTenant(tenantId, () => this.configurations.find(tenantId));
    if (!current) throw new TenantNotFoundError();
    const { settings } = resolveSettings(toLayers(await this.reader.loadInputs(current.value)));
    const own = current.value.settings.custom_domain ?? null;
    if (own === null || own !== settings.custom_domain)
      throw new ConflictError('The tenant has no custom_domain of its own to verify; set one first.');
    return own;
  }
}

function recordName(domain: string): string {
  return `_attune.${domain}`;
}

/** Different for every tenant and every domain, so that a record proves nothing else. */
function expectedRecord(domain: string, secret: string): string {
  const token = createHmac('sha256', secret).update(domain).digest('hex').slice(0, 32);
  return `attune-verification=${token}`;
}

function hasRecord(lookup: TxtRecordLookup, expected: string): boolean {
  return 'records' in lookup && lookup.records.some((record) => record.trim() === expected);
}

function explainFailure(
  lookup: TxtRecordLookup,
  { domain, expected_record: expected }: Pick<VerificationResponse, 'domain' | 'expected_record'>,
): string {
  const name = recordName(domain);
  if ('failure' in lookup)
    return `DNS gave no answer for ${name} (${lookup.failure}). Nothing was changed; try again.`;
  const state = lookup.records.length === 0 ? 'has no TXT record' : 'has TXT records, but not this one';
  return `${name} ${state}. Publish the TXT record ${expected} there and try again; DNS may take a while to show it.`;
}
