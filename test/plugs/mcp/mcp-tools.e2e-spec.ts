import { type TestTenant, createTenant, getHistory, useTestApp } from '../../app/test-app.js';
import { type McpClient, clients } from './mcp-clients.js';

const app = useTestApp('tenant');
const notFound = expect.stringContaining('not found') as string;
const lease = 'The rent is due on the first day of each month. It is 900 euros.';

async function createTenantWithLease(id: string): Promise<TestTenant> {
  const tenant = await createTenant(app.platform, id);
  // As if another person had made its key: the maker of a key cannot approve its requests.
  await app.asSuperuser(`UPDATE api_keys SET makers = '{db:operator}' WHERE tenant_id = $1`, [id]);
  await tenant.admin.post('/v1/documents', {
    id: 'lease',
    title: 'Lease',
    text: lease,
    metadata: { year: 2026 },
  });
  return tenant;
}

async function createKey({ admin }: TestTenant, role: string, scopes?: string[]): Promise<string> {
  const { body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'assistant', role, scopes });
  return body.key;
}

describe.each(clients)('an MCP client of revision %s', (revision, connect) => {
  let tenant: TestTenant;
  let admin: McpClient;

  beforeAll(async () => {
    tenant = await createTenantWithLease(`acme-${revision}`);
    admin = await connect(app.replica.url, tenant.adminKey);
    // A client that knows the schemas checks every answer against them.
    await admin.listTools();
  });
  afterAll(() => admin.close());

  it('negotiates its own revision', () => {
    expect(admin.revision).toBe(revision);
  });

  it('reads a document by its id, and not one of another tenant', async () => {
    const other = await createTenantWithLease(`other-${revision}`);
    await other.admin.post('/v1/documents', { id: 'secret', title: 'Secret', text: 'The secret is 42.' });
    const { structured, text } = await admin.call('fetch', { id: 'lease' });
    const url = `${app.replica.url}/v1/documents/lease`;
    expect(structured).toEqual({ id: 'lease', title: 'Lease', text: lease, url, metadata: { year: 2026 } });
    expect(JSON.parse(text)).toEqual(structured);
    const refused = await admin.call('fetch', { id: 'secret' });
    expect(refused).toMatchObject({ isError: true, problem: { type: '/problems/not-found', status: 404 } });
    expect(JSON.stringify(refused)).not.toContain('42');
  });

  it('finds documents of its tenant alone, with their addresses, and asks no model', async () => {
    const metadata = { url: 'https://example.com/house-rules' };
    const rules = {
      id: 'rules',
      title: 'House rules',
      text: 'Rent a room for parties at the office.',
      metadata,
    };
    await tenant.admin.post('/v1/documents', rules);
    const found = await admin.call('search', { query: 'When is the rent due?' });
    expect(found.structured).toEqual({
      results: [
        { id: 'lease', title: 'Lease', url: `${app.replica.url}/v1/documents/lease`, text: lease },
        { id: 'rules', title: 'House rules', url: metadata.url, text: rules.text },
      ],
    });
    expect(JSON.parse(found.text)).toEqual(found.structured);
    expect((await admin.call('fetch', { id: 'rules' })).structured).toMatchObject(metadata);
    await tenant.admin.del('/v1/documents/rules');
    expect((await admin.call('usage')).structured).toMatchObject({ quota: { used: 0 } });
  });

  it('asks a question, which counts as a query of the tenant', async () => {
    const { structured, text } = await admin.call('ask', { question: 'When is the rent due?' });
    expect(structured).toMatchObject({ sources: [{ doc_id: 'lease' }], config_version: 1, sandbox: true });
    expect(text).toContain('\n\nSources:\n[1] Lease (lease)');
    const { structured: usage } = await admin.call('usage');
    expect(usage).toMatchObject({ quota: { used: 1 } });
  });

  it('gets the answer piece by piece where it asks for progress, and whole at the end', async () => {
    const pieces: string[] = [];
    const { structured } = await admin.call('ask', { question: 'When is the rent due?' }, (piece) =>
      pieces.push(piece),
    );
    expect(pieces.length).toBeGreaterThan(1);
    expect(structured).toMatchObject({ answer: pieces.join(''), sources: [{ doc_id: 'lease' }] });
  });

  it('asks a follow-up question, and the model sees the turns before it', async () => {
    const history = [
      { role: 'user', content: 'When is the rent due?' },
      { role: 'assistant', content: 'On the first day of each month. [1]' },
    ];
    const followUp = { question: 'And how much is it?', history };
    const tokensOf = async (args: Record<string, unknown>): Promise<number> => {
      const { structured } = await admin.call('ask', args);
      const { usage } = structured as { usage: { prompt_tokens: number } };
      return usage.prompt_tokens;
    };
    expect(await tokensOf(followUp)).toBeGreaterThan(await tokensOf({ question: followUp.question }));
    const broken = await admin.call('ask', { ...followUp, history: [{ role: 'system', content: '' }] });
    expect(broken.problem).toMatchObject({
      errors: [{ field: 'history.0.role' }, { field: 'history.0.content' }],
    });
  });

  it('reads the configuration and what a setting means', async () => {
    const { structured: configuration } = await admin.call('get_config');
    expect(configuration).toEqual({
      ...((await tenant.admin.get('/v1/config')).body as object),
      config_source: 'live',
    });
    const { structured: setting } = await admin.call('explain_setting', { setting: 'temperature' });
    expect(setting).toMatchObject({
      setting: 'temperature',
      source: 'platform',
      layers: [{ layer: 'platform' }],
      capped: null,
      schema: { minimum: 0 },
    });
    const { text, problem } = await admin.call('explain_setting', { setting: 'temprature' });
    expect(text).toContain('Did you mean "temperature"?');
    expect(problem).toMatchObject({ errors: [{ field: 'setting', rule: 'unknown_field' }] });
  });

  it('gets every error of its arguments in one answer, with the next step', async () => {
    const { isError, text, problem } = await admin.call('ask', { question: '', colour: 'red' });
    expect(isError).toBe(true);
    expect(problem).toMatchObject({
      type: '/problems/invalid-input',
      errors: [
        { field: 'question', rule: 'min' },
        { field: 'question', rule: 'pattern' },
        { field: 'colour', rule: 'unknown_field' },
      ],
    });
    expect(text).toMatch(/^Invalid input: [\s\S]*- Unknown field "colour"[\s\S]*\nNext step: /);
  });

  it('validates a change without making one', async () => {
    const { structured } = await admin.call('validate_change', { patch: { temperature: 9 } });
    expect(structured).toMatchObject({ valid: false, errors: [{ field: 'temperature', rule: 'max' }] });
    expect((await admin.call('validate_change', { patch: { temperature: 0.1 } })).structured).toEqual({
      valid: true,
      errors: [],
    });
    expect(await getHistory(tenant.admin)).toHaveLength(1);
  });

  it('proposes a change, which waits for a person although the tenant needs no approval', async () => {
    const proposal = { patch: { temperature: 0.2 }, reason: 'more careful answers' };
    const { structured } = await admin.call('propose_change', proposal);
    expect(structured).toMatchObject({ state: 'pending', patch: { temperature: 0.2 } });
    const { body } = await tenant.admin.get<{ version: number }>('/v1/config');
    expect(body.version).toBe(1);
    const name = revision === '2026-07-28' ? 'test-assistant 4.2' : 'node';
    const reason = `MCP (${name}): more careful answers`;
    expect(structured).toMatchObject({ reason });
    const { body: audit } = await app.platform.get<{ items: object[] }>(
      `/v1/platform/audit?tenant_id=${tenant.id}&action=change_request.request`,
    );
    expect(audit.items).toEqual([
      expect.objectContaining({
        actor: `key:${tenant.adminKeyId}`,
        after: expect.objectContaining({ reason }) as object,
      }),
    ]);
    await app.platform.post(`/v1/platform/change-requests/${String(structured!['id'])}/approve`, {});
    expect((await admin.call('list_history', { limit: 1 })).structured).toMatchObject({
      items: [{ version: 2, reason }],
    });
  });

  it('cannot propose a change that breaks a rule, and cannot force one', async () => {
    for (const patch of [{ temperature: 9 }, { temperature: 0.4, force: true }, {}]) {
      const { isError } = await admin.call('propose_change', { patch, reason: 'why not' });
      expect([patch, isError]).toEqual([patch, true]);
    }
    expect((await tenant.admin.get('/v1/config/change-requests?state=pending')).body).toMatchObject({
      items: [],
    });
  });

  it.each<[string, string[] | undefined, string[]]>([
    [
      'tenant_admin',
      undefined,
      [
        'search',
        'fetch',
        'ask',
        'get_config',
        'explain_setting',
        'list_history',
        'usage',
        'validate_change',
        'propose_change',
      ],
    ],
    [
      'tenant_admin',
      ['mcp'],
      ['search', 'fetch', 'ask', 'get_config', 'explain_setting', 'list_history', 'usage', 'validate_change'],
    ],
    [
      'tenant_admin',
      ['mcp', 'config:propose'],
      [
        'search',
        'fetch',
        'ask',
        'get_config',
        'explain_setting',
        'list_history',
        'usage',
        'validate_change',
        'propose_change',
      ],
    ],
    [
      'member',
      undefined,
      ['search', 'fetch', 'ask', 'get_config', 'explain_setting', 'list_history', 'usage'],
    ],
  ])('a key of %s with the scopes %j lists its own tools alone', async (role, scopes, expected) => {
    const key = await createKey(tenant, role, scopes);
    const [first, second] = [await connect(app.replica.url, key), await connect(app.replica.url, key)];
    const tools = await first.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expected);
    expect(await second.listTools()).toEqual(tools);
    for (const { annotations, outputSchema, name } of tools) {
      expect(annotations).toMatchObject({
        readOnlyHint: name !== 'propose_change',
        destructiveHint: false,
      });
      expect(outputSchema).toMatchObject({ type: 'object' });
    }
    const others = (await admin.listTools()).filter(({ name }) => !expected.includes(name));
    for (const { name } of others) expect([name, await callOf(first, name)]).toEqual([name, notFound]);
    await Promise.all([first.close(), second.close()]);
  });

  it('the client of a suspended tenant reads, but does not ask or propose', async () => {
    const late = await createTenantWithLease(`late-${revision}`);
    await app.platform.patch(`/v1/platform/tenants/${late.id}`, { status: 'suspended' });
    const client = await connect(app.replica.url, late.adminKey);
    expect(await client.call('fetch', { id: 'lease' })).toMatchObject({ isError: false });
    expect(await client.call('search', { query: 'rent' })).toMatchObject({ isError: false });
    expect(await client.call('validate_change', { patch: {} })).toMatchObject({ isError: false });
    const suspended = { isError: true, problem: { type: '/problems/tenant-suspended', status: 403 } };
    expect(await client.call('ask', { question: 'When is the rent due?' })).toMatchObject(suspended);
    expect(await client.call('propose_change', { patch: { temperature: 0 }, reason: 'x' })).toMatchObject(
      suspended,
    );
    await client.close();
  });

  it('gets 401 as soon as its key is revoked', async () => {
    const { body } = await tenant.admin.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'x',
      role: 'member',
    });
    const client = await connect(app.replica.url, body.key);
    await client.call('get_config');
    await tenant.admin.del(`/v1/api-keys/${body.id}`);
    await expect(client.call('get_config')).rejects.toThrow(/401|revoked|Unauthorized/i);
    await client.close();
  });
});

/** The message with which a tool that does not exist is refused. The SDKs report it in different ways. */
function callOf(client: McpClient, name: string): Promise<string> {
  return client.call(name).then(({ text }) => text, String);
}
