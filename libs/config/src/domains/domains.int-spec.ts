import { TenantsService } from '#tenancy';
import { type DnsServer, startDnsServer } from '#testing';
import { type ConfigServices, anAuthor, startConfigServices } from '../../testing/config-services.js';
import { type TestStore, testStores } from '../../testing/test-stores.js';
import { BrandingService } from './branding.service.js';
import type { VerificationResponse } from './domain.response.js';
import { VerifyDomainService } from './verify-domain.service.js';

describe.each(testStores)('custom domains on %s', (name, open) => {
  let store: TestStore;
  let services: ConfigServices;
  let names: DnsServer;
  let count = 0;

  beforeAll(async () => {
    names = await startDnsServer();
    store = await open();
    services = await startConfigServices(store.database, { DNS_SERVERS: names.address });
  });

  beforeEach(() => {
    names.behaviour = 'well';
  });

  afterAll(async () => {
    await services.close();
    await store.close();
    await names.close();
  });

  async function aTenant(custom_domain?: string): Promise<string> {
    const id = `tenant-${(count += 1)}`;
    await store.asSuperuser(`INSERT INTO tenants (tenant_id, name, plan) VALUES ($1, 'Tenant', 'pro')`, [id]);
    if (custom_domain !== undefined) await services.patch(anAuthor(id), { custom_domain });
    return id;
  }

  const aDomain = () => `ask-${(count += 1)}.example`;
  const verify = (id: string) => services.get(VerifyDomainService).verify(id, anAuthor(id));

  /** Publishes the tenants' records, among the records of other services. */
  async function publish(...ids: string[]): Promise<VerificationResponse> {
    const claims: VerificationResponse[] = [];
    for (const id of ids) claims.push(await verify(id));
    names.setTxtRecords(
      `_attune.${claims[0]!.domain}`,
      'v=spf1 -all',
      ...claims.map((claim) => claim.expected_record),
    );
    return claims[0]!;
  }

  async function aTenantWith(domain: string): Promise<string> {
    const id = await aTenant(domain);
    await publish(id);
    expect(await verify(id)).toMatchObject({ domain, verified: true, detail: null });
    return id;
  }

  const isVerified = async (id: string): Promise<unknown> =>
    (JSON.parse((await services.reader.current(id)).body) as Record<string, unknown>)[
      'custom_domain_verified'
    ];

  const ownerOf = async (domain: string): Promise<unknown[]> =>
    store.asSuperuser('SELECT tenant_id FROM tenants WHERE verified_domain = $1', [domain]);

  it('a custom domain is verified once the record exists, and the answer names the record until then', async () => {
    const domain = aDomain();
    const id = await aTenant(domain);
    const before = await verify(id);
    expect(before).toEqual({
      domain,
      verified: false,
      record_name: `_attune.${domain}`,
      expected_record: expect.stringMatching(/^attune-verification=[0-9a-f]{32}$/) as string,
      detail: expect.stringContaining(`_attune.${domain} has no TXT record`) as string,
    });
    expect(before.detail).toContain(before.expected_record);
    names.setTxtRecords(`_attune.${domain}`, 'attune-verification=other');
    expect(await verify(id)).toMatchObject({
      verified: false,
      record_name: before.record_name,
      expected_record: before.expected_record,
      detail: expect.stringContaining('not this one') as string,
    });
    expect(await isVerified(id)).toBe(false);
    names.setTxtRecords(`_attune.${domain}`, 'v=spf1 -all', before.expected_record);
    expect(await verify(id)).toEqual({ ...before, verified: true, detail: null });
    expect(await isVerified(id)).toBe(true);
  });

  it('a verified domain stays verified without another DNS look-up', async () => {
    const domain = aDomain();
    const id = await aTenantWith(domain);
    names.behaviour = 'failing';
    expect(await verify(id)).toMatchObject({ verified: true });
    await services.patch(anAuthor(id), { temperature: 0.1 });
    expect(await isVerified(id)).toBe(true);
  });

  it('a custom domain is not verified while DNS fails, and nothing changes', async () => {
    const id = await aTenant(aDomain());
    names.behaviour = 'failing';
    expect(await verify(id)).toMatchObject({
      verified: false,
      detail: expect.stringContaining('ESERVFAIL') as string,
    });
  });

  it('a verification needs a different record for every tenant and every domain', async () => {
    const [domain, second] = [aDomain(), aDomain()];
    const id = await aTenant(domain);
    const rival = await aTenant(domain);
    const records = [(await verify(id)).expected_record, (await verify(rival)).expected_record];
    await services.patch(anAuthor(id), { custom_domain: second });
    records.push((await verify(id)).expected_record);
    expect(new Set(records).size).toBe(3);
    names.setTxtRecords(`_attune.${domain}`, records[0]!);
    expect(await verify(rival)).toMatchObject({ verified: false });
  });

  it.each([
    ['there is none', {}],
    ['it was removed', { custom_domain: null }],
  ])('the tenant cannot verify a domain when %s', async (_why, patch) => {
    const id = await aTenant(aDomain());
    await services.patch(anAuthor(id), { custom_domain: null, ...patch });
    await expect(verify(id)).rejects.toMatchObject({ slug: 'conflict' });
  });

  it('a domain that is not verified blocks no other tenant', async () => {
    const domain = aDomain();
    await aTenant(domain);
    const id = await aTenant(domain);
    await publish(id);
    expect(await verify(id)).toMatchObject({ verified: true });
  });

  it('a domain belongs to one tenant, even when several verify at the same time', async () => {
    const domain = aDomain();
    const rivals = [await aTenant(domain), await aTenant(domain), await aTenant(domain)];
    await publish(...rivals);
    const results = await Promise.allSettled(rivals.map((id) => verify(id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ slug: 'conflict' });
    const verified = await Promise.all(rivals.map((id) => isVerified(id)));
    expect(verified.filter(Boolean)).toHaveLength(1);
    expect(await ownerOf(domain)).toHaveLength(1);
  });

  const platform = (id: string) => anAuthor(id, 'platform_admin');
  const sql = `UPDATE tenant_configurations SET settings = settings - 'custom_domain' WHERE tenant_id = $1`;
  const losses: [how: string, lose: (id: string) => Promise<unknown>][] = [
    ['is changed', (id) => services.patch(anAuthor(id), { custom_domain: aDomain() })],
    ['is removed', (id) => services.patch(anAuthor(id), { custom_domain: null })],
    ['is removed by the platform', (id) => services.patch(platform(id), { custom_domain: null })],
    ['goes with a rollback', (id) => services.rollBack(anAuthor(id), { version: 1 })],
    ['goes with plain SQL', (id) => store.asSuperuser(sql, [id])],
    ['goes with its tenant', (id) => services.get(TenantsService).delete(id, platform(id))],
  ];

  it.each(losses)('another tenant can verify the domain when it %s', async (_how, lose) => {
    const domain = aDomain();
    const id = await aTenantWith(domain);
    const rival = await aTenant(domain);
    await expect(verify(rival)).rejects.toMatchObject({ slug: 'conflict' });
    await lose(id);
    await publish(rival);
    expect(await verify(rival)).toMatchObject({ verified: true });
    expect(await ownerOf(domain)).toEqual([{ tenant_id: rival }]);
  });

  it('a domain needs a new verification when it is set again', async () => {
    const domain = aDomain();
    const id = await aTenantWith(domain);
    await services.patch(anAuthor(id), { custom_domain: null });
    await services.rollBack(anAuthor(id), { steps: 1 });
    expect(await services.reader.current(id)).toMatchObject({ settings: { custom_domain: domain } });
    expect(await isVerified(id)).toBe(false);
    expect(await verify(id)).toMatchObject({ verified: true });
  });

  it('a domain never belongs to a tenant whose configuration names another domain, in any order of events', async () => {
    const rounds = name === 'Postgres' ? 12 : 3;
    for (let round = 0; round < rounds; round += 1) {
      const [domain, next] = [aDomain(), aDomain()];
      const id = await aTenant(domain);
      await publish(id);
      await Promise.allSettled([verify(id), services.patch(anAuthor(id), { custom_domain: next })]);
      expect(await ownerOf(domain)).toEqual([]);
    }
  });

  it('BrandingService returns the branding for every spelling of the name', async () => {
    const domain = aDomain();
    const id = await aTenantWith(domain);
    await services.patch(anAuthor(id), {
      ui_primary_color: '#102030',
      ui_logo_url: 'https://a.example/l.svg',
    });
    const expected = { ui_primary_color: '#102030', ui_logo_url: 'https://a.example/l.svg' };
    for (const spelling of [domain, domain.toUpperCase(), `${domain}.`])
      expect(await services.get(BrandingService).forDomain(spelling)).toEqual(expected);
  });

  it('BrandingService throws for a domain that is unknown, not verified, or no longer in use', async () => {
    const branding = services.get(BrandingService);
    const [domain, claimed] = [aDomain(), aDomain()];
    const id = await aTenantWith(domain);
    await aTenant(claimed);
    for (const other of ['nobody.example', claimed, 'localhost', '127.0.0.1', 'bücher.example'])
      await expect(branding.forDomain(other)).rejects.toMatchObject({ slug: 'not-found' });
    for (const nonsense of ['a b', 'https://a.example', `${domain}:443`, `${domain}/`])
      await expect(branding.forDomain(nonsense)).rejects.toMatchObject({ slug: 'invalid-input' });
    await services.patch(anAuthor(id), { custom_domain: null });
    await expect(branding.forDomain(domain)).rejects.toMatchObject({ slug: 'not-found' });
  });
});
