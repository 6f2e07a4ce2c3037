import { type DnsServer, startDnsServer } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, getConfiguration, createTenant, useTestApp } from '../../app/test-app.js';

interface Verification {
  readonly domain: string;
  readonly verified: boolean;
  readonly expected_record: string;
  readonly detail: string | null;
}

const path = '/v1/config/domain/verify';

let dnsServer: DnsServer;
const app = useTestApp('tenant', async () => {
  dnsServer = await startDnsServer();
  return { DNS_SERVERS: dnsServer.address };
});

beforeEach(() => {
  dnsServer.behaviour = 'well';
});
afterAll(async () => {
  await dnsServer.close();
});

async function aTenantWithDomain(id: string, custom_domain: string): Promise<TestTenant> {
  const tenant = await createTenant(app.platform, id);
  expect((await tenant.admin.patch('/v1/config', { custom_domain })).status).toBe(200);
  return tenant;
}

async function verifyDomain(tenant: TestTenant): Promise<Verification> {
  const { status, body } = await tenant.admin.post<Verification>(path);
  expect([status, body]).toEqual([200, body]);
  return body;
}

async function publishTxtRecords(...tenants: TestTenant[]): Promise<void> {
  const claims: Verification[] = [];
  for (const tenant of tenants) claims.push(await verifyDomain(tenant));
  dnsServer.setTxtRecords(`_attune.${claims[0]!.domain}`, ...claims.map((claim) => claim.expected_record));
}

const branding = (domain: string) =>
  app.platform.as(null).get(`/v1/branding?domain=${encodeURIComponent(domain)}`);

describe('a custom domain', () => {
  it('works once its DNS record is found, and then shows its branding to everybody', async () => {
    const tenant = await aTenantWithDomain('acme', 'ask.acme.example');
    const claim = await verifyDomain(tenant);
    expect(claim).toEqual({
      domain: 'ask.acme.example',
      verified: false,
      record_name: '_attune.ask.acme.example',
      expected_record: expect.stringMatching(/^attune-verification=\S+$/) as string,
      detail: expect.stringContaining('_attune.ask.acme.example') as string,
    });
    expect(await getConfiguration(tenant.member)).toMatchObject({ custom_domain_verified: false });
    expectProblem(await branding('ask.acme.example'), 404, 'not-found');
    dnsServer.setTxtRecords('_attune.ask.acme.example', claim.expected_record);
    expect(await verifyDomain(tenant)).toEqual({ ...claim, verified: true, detail: null });
    expect(await getConfiguration(tenant.member)).toMatchObject({ custom_domain_verified: true });
    const expectedBranding = { ui_primary_color: '#007bff', ui_logo_url: null };
    for (const name of ['ask.acme.example', 'ASK.acme.example.'])
      expect(await branding(name)).toMatchObject({ status: 200, body: expectedBranding });
  });

  it('can be claimed by many tenants and belongs to the one that verifies it', async () => {
    const rivals = [
      await aTenantWithDomain('first', 'shared.example'),
      await aTenantWithDomain('second', 'shared.example'),
    ] as const;
    await publishTxtRecords(...rivals);
    const answers = await Promise.all(rivals.map(({ admin }) => admin.post(path)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const [winner, loser] = answers[0]!.status === 200 ? rivals : [rivals[1], rivals[0]];
    expectProblem(await loser.admin.post(path), 409, 'conflict');
    expect((await loser.admin.patch('/v1/config', { temperature: 0.1 })).status).toBe(200);
    await winner.admin.patch('/v1/config', { custom_domain: null });
    expectProblem(await branding('shared.example'), 404, 'not-found');
    expect(await verifyDomain(loser)).toMatchObject({ verified: true });
    expect((await branding('shared.example')).status).toBe(200);
  });

  it('cannot be verified while DNS fails, and the response says so', async () => {
    const tenant = await aTenantWithDomain('unlucky', 'unlucky.example');
    dnsServer.behaviour = 'failing';
    expect(await verifyDomain(tenant)).toMatchObject({
      verified: false,
      detail: expect.stringContaining('DNS gave no answer') as string,
    });
  });

  it('accepts verification only from the tenant’s own admins', async () => {
    const tenant = await createTenant(app.platform, 'careful');
    expectProblem(await tenant.admin.post(path), 409, 'conflict');
    expectProblem(await tenant.admin.post(`${path}?domain=a.example`), 400, 'invalid-input');
    expectProblem(await tenant.member.post(path), 403, 'forbidden');
    expectProblem(await app.platform.post(path), 403, 'forbidden');
    expectProblem(await app.platform.as(null).post(path), 401, 'unauthenticated');
  });

  it('keeps its branding while its tenant is suspended, and cannot be verified again', async () => {
    const tenant = await aTenantWithDomain('resting', 'resting.example');
    await publishTxtRecords(tenant);
    await verifyDomain(tenant);
    await app.platform.patch('/v1/platform/tenants/resting', { status: 'suspended' });
    expectProblem(await tenant.admin.post(path), 403, 'tenant-suspended');
    expect((await branding('resting.example')).status).toBe(200);
  });

  it.each([
    '',
    '?domain=',
    '?domain=a%20b',
    '?domain=https://a.example',
    '?domain=a.example&domain=b.example',
    '?domain=a.example&tenant_id=acme',
    `?domain=${'a'.repeat(301)}`,
    '?domain=%00',
  ])('cannot be looked up by %j, which is no host name', async (search) => {
    expectProblem(await app.platform.as(null).get(`/v1/branding${search}`), 400, 'invalid-input');
  });
});
