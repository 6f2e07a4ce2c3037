import type { ApiClient } from '#testing';
import { createTenant } from '../../../testing/tenancy-app.js';
import { useSignInApp } from '../../../testing/use-sign-in-app.js';

interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly errors: { readonly field: string; readonly rule: string }[];
}

const app = useSignInApp();
const path = '/v1/platform/identity/connections';
const okta = {
  label: 'Acme Okta',
  issuer: 'https://acme.okta.example',
  client_id: 'attune',
  client_secret: 'hush-hush-hush',
};

const put = (id: string, body: object) => app.platform.put<Problem>(`${path}/${id}`, body);
const errorsOf = ({ body }: { body: Problem }) => body.errors.map(({ field, rule }) => `${field}: ${rule}`);

beforeAll(async () => {
  await createTenant(app, 'acme');
  await createTenant(app, 'globex');
});

describe('PUT /v1/platform/identity/connections/{id}', () => {
  it('creates and replaces a connection, and shows its secret to nobody', async () => {
    const created = await put('okta', { ...okta, scopes: ['groups'], claim: 'realm_access.roles' });
    const expected = {
      id: 'okta',
      tenant_id: null,
      label: 'Acme Okta',
      issuer: okta.issuer,
      client_id: 'attune',
      has_client_secret: true,
      scopes: ['openid', 'groups'],
      claim: 'realm_access.roles',
      enabled: true,
      from_environment: false,
      created_at: expect.any(String),
    };
    expect([created.status, created.body]).toEqual([200, expected]);
    const { client_secret: _secret, ...kept } = okta;
    const replaced = await put('okta', { ...kept, label: 'Okta' });
    expect(replaced.body).toMatchObject({ label: 'Okta', has_client_secret: true, claim: 'groups' });
    expect((await app.platform.get(`${path}/okta`)).body).toEqual(replaced.body);
    const list = await app.platform.get<{ items: { id: string }[] }>(path);
    expect(list.body.items.map(({ id }) => id)).toEqual(['default', 'okta']);
    const audit = await app.platform.get<{ items: object[] }>(
      '/v1/platform/audit?action=identity_connection.update',
    );
    const stored = await app.queryAsSuperuser(
      `SELECT c::text, encode(client_secret, 'escape') FROM identity_connections c`,
    );
    expect(audit.body.items).toHaveLength(1);
    expect(JSON.stringify([list.body, audit.body, stored])).not.toContain('hush');
  });

  it('notes in the audit log that a secret was changed', async () => {
    await put('rotated', okta);
    await put('rotated', { ...okta, client_secret: 'another' });
    const { body } = await app.platform.get<{ items: object[] }>(
      '/v1/platform/audit?action=identity_connection.update&limit=1',
    );
    expect(body.items[0]).toMatchObject({
      target: 'rotated',
      before: { credential_version: 0 },
      after: { credential_version: 1 },
    });
    expect((await put('rotated', { ...okta, client_secret: null })).body).toMatchObject({
      has_client_secret: false,
    });
  });

  it('does not send a stored secret to another provider or in the name of another client', async () => {
    await put('kept', okta);
    const { client_secret: _secret, ...rest } = okta;
    for (const change of [{ issuer: 'https://evil.example' }, { client_id: 'other' }])
      expect(errorsOf(await put('kept', { ...rest, ...change }))).toEqual(['client_secret: required']);
    expect((await put('kept', { ...okta, issuer: 'https://other.example' })).status).toBe(200);
  });

  it('refuses every fault at once', async () => {
    const answer = await put('Not-An-Id', {
      label: '',
      issuer: 'http://login.example',
      client_id: 'attune',
      scopes: ['a b'],
      tenant_id: 'ACME',
      colour: 'red',
    });
    expect(answer.status).toBe(400);
    expect(errorsOf(answer).toSorted()).toEqual([
      'colour: unknown_field',
      'id: pattern',
      'issuer: pattern',
      'label: min',
      'scopes.0: pattern',
      'tenant_id: enum',
    ]);
  });

  it.each([
    'https://user:password@login.example',
    'https://login.example?a=b',
    'https://login.example#a',
    'https://10.0.0.7',
    'https://[::ffff:169.254.169.254]',
    'http://login.example',
    'ftp://login.example',
    'https://',
  ])('refuses the issuer %s', async (issuer) => {
    expect(errorsOf(await put('refused', { ...okta, issuer }))).toEqual(['issuer: pattern']);
  });

  it('belongs to one tenant for good', async () => {
    expect(errorsOf(await put('of-nobody', { ...okta, tenant_id: 'nobody' }))).toEqual(['tenant_id: enum']);
    expect((await put('of-acme', { ...okta, tenant_id: 'acme' })).body).toMatchObject({ tenant_id: 'acme' });
    expect(errorsOf(await put('of-acme', { ...okta, tenant_id: 'globex' }))).toEqual([
      'tenant_id: read_only',
    ]);
    expect(errorsOf(await put('of-acme', okta))).toEqual(['tenant_id: read_only']);
    const buttons = await app.platform
      .as(null)
      .get<{ items: { id: string }[] }>('/v1/session/oidc/connections');
    expect(buttons.body.items.map(({ id }) => id)).not.toContain('of-acme');
  });

  it('leaves the connection of the environment to the environment', async () => {
    for (const answer of [await put('default', okta), await app.platform.del<Problem>(`${path}/default`)]) {
      expect([answer.status, answer.body.type]).toEqual([409, '/problems/conflict']);
      expect(answer.body.detail).toContain('OIDC_ISSUER');
    }
  });

  it('a connection is deleted with its mappings, and with its tenant', async () => {
    await put('gone', okta);
    await app.map('gone', { value: 'a', role: 'member', tenant_id: 'acme' });
    expect((await app.platform.del(`${path}/gone`)).status).toBe(204);
    expect((await app.platform.get(`${path}/gone`)).status).toBe(404);
    expect((await app.platform.get(`${path}/gone/mappings`)).status).toBe(404);
    expect((await app.platform.del(`${path}/gone`)).status).toBe(404);
    await createTenant(app, 'leaving');
    await put('of-leaving', { ...okta, tenant_id: 'leaving' });
    await app.map('default', { value: 'a', role: 'member', tenant_id: 'leaving' });
    await app.platform.del('/v1/platform/tenants/leaving');
    expect((await app.platform.get(`${path}/of-leaving`)).status).toBe(404);
    expect((await app.platform.get(`${path}/default/mappings`)).body).toEqual({
      items: [],
      next_cursor: null,
    });
  });
});

describe('PUT /v1/platform/identity/connections/{id}/mappings', () => {
  it('replaces all mappings, and keeps those that are equal', async () => {
    await put('mapped', okta);
    const admins = { value: 'admins', role: 'tenant_admin', tenant_id: 'acme' };
    const staff = { value: 'staff-*', role: 'platform_reader', claim: 'roles' };
    const first = await app.map('mapped', admins, admins, staff);
    const mapping = { id: expect.any(String), claim: null, ...admins };
    expect(first.body).toEqual({
      items: [mapping, { id: expect.any(String), ...staff, tenant_id: null }],
      next_cursor: null,
    });
    const second = await app.map('mapped', admins);
    expect(second.body).toEqual({ items: [(first.body as { items: object[] }).items[0]], next_cursor: null });
    const page = await app.platform.get(`${path}/mapped/mappings?limit=1`);
    expect(page.body).toEqual(second.body);
    const audit = await app.platform.get<{ items: object[] }>(
      '/v1/platform/audit?action=identity_mapping.delete&limit=1',
    );
    expect(audit.body.items[0]).toMatchObject({ before: { value: 'staff-*', role: 'platform_reader' } });
  });

  it('names every mapping that cannot be, and changes nothing', async () => {
    await put('faulty', okta);
    await put('of-globex', { ...okta, tenant_id: 'globex' });
    const faulty = (await app.map(
      'faulty',
      { value: 'a', role: 'member' },
      { value: 'a', role: 'platform_admin', tenant_id: 'acme' },
      { value: 'a', role: 'member', tenant_id: 'nobody' },
      { value: 'a', role: 'member', tenant_id: 'acme' },
    )) as { body: Problem };
    expect(errorsOf(faulty)).toEqual([
      'items.0.tenant_id: required',
      'items.1.tenant_id: combination',
      'items.2.tenant_id: enum',
    ]);
    const foreign = (await app.map(
      'of-globex',
      { value: 'a', role: 'member' },
      { value: 'a', role: 'platform_admin' },
      { value: 'a', role: 'member', tenant_id: 'acme' },
    )) as { body: Problem };
    expect(errorsOf(foreign)).toEqual(['items.1.role: enum', 'items.2.tenant_id: enum']);
    expect((await app.platform.get(`${path}/faulty/mappings`)).body).toEqual({
      items: [],
      next_cursor: null,
    });
    expect((await app.map('of-globex', { value: 'a', role: 'member' })).body).toMatchObject({
      items: [{ tenant_id: 'globex' }],
    });
  });

  it('two that replace at the same time leave the mappings of one of them', async () => {
    await put('raced', okta);
    const values = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      values.map((value) => app.map('raced', { value, role: 'member', tenant_id: 'acme' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { body } = await app.platform.get<{ items: object[] }>(`${path}/raced/mappings`);
    expect(body.items).toHaveLength(1);
  });
});

describe('the routes of identity connections', () => {
  it('only platform admins may call them all; readers may read', async () => {
    const { body } = await app.platform.post<{ key: string }>('/v1/platform/api-keys', {
      name: 'reader',
      role: 'platform_reader',
    });
    const reader: ApiClient = app.platform.as(body.key);
    expect((await reader.get(path)).status).toBe(200);
    expect((await reader.get(`${path}/default/mappings`)).status).toBe(200);
    expect((await reader.put(`${path}/okta`, okta)).status).toBe(403);
    expect((await reader.put(`${path}/okta/mappings`, { items: [] })).status).toBe(403);
  });
});
