import type { ApiClient, DnsServer } from '#testing';
import { webhookOperations } from './audited-webhook-operations.js';
import type { AuditedOperation, OperationRunner } from './operation-runner.js';
import type { TestTenant } from '../../app/test-app.js';

export interface AuditActors {
  readonly platform: ApiClient;
  readonly acme: TestTenant;
  /** Its changes need approval. */
  readonly approvalTenant: TestTenant;
  readonly dnsServer: DnsServer;
}

export function allAuditedOperations(runner: OperationRunner, actors: AuditActors): AuditedOperation[] {
  return [
    ...tenantConfigurationOperations(actors),
    ...domainOperations(actors),
    ...tenantAdministrationOperations(actors),
    ...platformOnTenantOperations(actors),
    ...sharedSettingsOperations(actors),
    ...changeRequestOperations(actors),
    ...rolloutOperations(actors),
    ...bulkOperations(runner, actors),
    ...webhookOperations('/v1/webhooks', actors.acme.admin),
    ...webhookOperations('/v1/platform/webhooks', actors.platform),
  ];
}

function tenantConfigurationOperations({ acme: { admin: by } }: AuditActors): AuditedOperation[] {
  const key = { name: 'a', role: 'member' };
  const question = { question: 'What is it?' };
  return [
    {
      operation: 'patch /v1/config',
      expectedActions: ['configuration.update'],
      client: by,
      body: { temperature: 0.3 },
    },
    {
      operation: 'post /v1/config/rollback',
      expectedActions: ['configuration.rollback'],
      client: by,
      body: { steps: 1 },
    },
    { operation: 'post /v1/api-keys', expectedActions: ['key.create'], client: by, body: key },
    { operation: 'delete /v1/api-keys/{id}', expectedActions: ['key.revoke'], client: by },
    {
      operation: 'post /v1/golden-questions',
      expectedActions: ['golden_question.create'],
      client: by,
      body: question,
    },
    {
      operation: 'patch /v1/golden-questions/{id}',
      expectedActions: ['golden_question.update'],
      client: by,
      body: { question: 'What is it, exactly?' },
    },
    { operation: 'post /v1/documents/reindex', expectedActions: ['reindexing.start'], client: by },
    {
      operation: 'delete /v1/golden-questions/{id}',
      expectedActions: ['golden_question.delete'],
      client: by,
    },
  ];
}

function domainOperations({ acme: { admin: by }, dnsServer: names }: AuditActors): AuditedOperation[] {
  const path = '/v1/config/domain/verify';
  const first = async () => {
    const { body } = await by.post<{ expected_record: string }>(path);
    names.setTxtRecords('_attune.ask.acme.example', body.expected_record);
  };
  const body = { custom_domain: 'ask.acme.example' };
  return [
    { operation: 'patch /v1/config', expectedActions: ['configuration.update'], client: by, body },
    { operation: `post ${path}`, expectedActions: ['tenant.update'], client: by, prepare: first },
  ];
}

function tenantAdministrationOperations({ platform: by }: AuditActors): AuditedOperation[] {
  const operation = 'patch /v1/platform/tenants/{tenant_id}';
  const ids = { tenant_id: 'brief' };
  const tenant = { ...ids, name: 'Brief', plan: 'pro' };
  return [
    {
      operation: 'post /v1/platform/tenants',
      expectedActions: ['tenant.create', 'key.create'],
      client: by,
      body: tenant,
    },
    {
      operation: 'post /v1/platform/tenants/import',
      expectedActions: ['tenant.create', 'key.create'],
      client: by,
      contentType: 'application/x-ndjson',
      body: { ...tenant, tenant_id: 'imported' },
    },
    {
      operation,
      expectedActions: ['tenant.suspend'],
      client: by,
      pathParameters: ids,
      body: { status: 'suspended' },
    },
    {
      operation,
      expectedActions: ['tenant.resume'],
      client: by,
      pathParameters: ids,
      body: { status: 'active' },
    },
    {
      operation,
      expectedActions: ['tenant.update'],
      client: by,
      pathParameters: ids,
      body: { plan: 'enterprise' },
    },
    {
      operation: 'delete /v1/platform/tenants/{tenant_id}',
      expectedActions: ['tenant.delete'],
      client: by,
      pathParameters: ids,
    },
  ];
}

function platformOnTenantOperations({ platform: by, acme }: AuditActors): AuditedOperation[] {
  const path = '/v1/platform/tenants/{tenant_id}';
  const file = async () => {
    const { body } = await acme.admin.get<{ version: number }>('/v1/config');
    return { settings: { max_tokens: 900 }, source: 'acme.yaml', base_version: body.version };
  };
  const key = { name: 'b', role: 'member' };
  return [
    { operation: `post ${path}/api-keys`, expectedActions: ['key.create'], client: by, body: key },
    { operation: `delete ${path}/api-keys/{id}`, expectedActions: ['key.revoke'], client: by },
    {
      operation: `patch ${path}/config`,
      expectedActions: ['configuration.update'],
      client: by,
      body: { max_documents: 500 },
    },
    {
      operation: `post ${path}/config/rollback`,
      expectedActions: ['configuration.rollback'],
      client: by,
      body: { steps: 1 },
    },
    { operation: `put ${path}/managed`, expectedActions: ['configuration.apply'], client: by, prepare: file },
  ];
}

const plan = {
  defaults: { temperature: 0.6 },
  allowed_tiers: ['economy'],
  allowed_models: [],
  ceilings: {},
  locked_settings: [],
};
const model = {
  provider: 'openai-compatible',
  tier: 'economy',
  base_url: 'http://vllm.internal:8000/v1',
  context_window: 32_768,
  max_output_tokens: 8192,
  temperature: null,
  input_usd_per_mtok: 0,
  output_usd_per_mtok: 0,
};

function sharedSettingsOperations({ platform: by }: AuditActors): AuditedOperation[] {
  const [putPlan, putModel] = ['put /v1/platform/plans/{plan}', 'put /v1/platform/models/{id}'];
  const ids = { plan: 'tiny' };
  const lower = { ...plan, ceilings: { max_tokens: 500 } };
  const defaults = { temperature: 0.65 };
  return [
    {
      operation: 'patch /v1/platform/defaults',
      expectedActions: ['defaults.update'],
      client: by,
      body: defaults,
    },
    {
      operation: 'post /v1/platform/api-keys',
      expectedActions: ['key.create'],
      client: by,
      body: { name: 'b', role: 'platform_reader' },
    },
    { operation: 'delete /v1/platform/api-keys/{id}', expectedActions: ['key.revoke'], client: by },
    { operation: putPlan, expectedActions: ['plan.create'], client: by, pathParameters: ids, body: plan },
    { operation: putPlan, expectedActions: ['plan.update'], client: by, pathParameters: ids, body: lower },
    { operation: putModel, expectedActions: ['model.create'], client: by, body: model },
    {
      operation: putModel,
      expectedActions: ['model.update'],
      client: by,
      body: { ...model, tier: 'standard' },
    },
    { operation: 'post /v1/platform/models/{id}/retire', expectedActions: ['model.retire'], client: by },
    { operation: 'delete /v1/platform/models/{id}', expectedActions: ['model.delete'], client: by },
    {
      operation: 'delete /v1/platform/plans/{plan}',
      expectedActions: ['plan.delete'],
      client: by,
      pathParameters: ids,
    },
  ];
}

function changeRequestOperations({ platform, approvalTenant }: AuditActors): AuditedOperation[] {
  const { id, admin } = approvalTenant;
  const [mine, theirs] = ['/v1/config/change-requests', '/v1/platform/change-requests/{id}'];
  const act = (client: ApiClient, operation: string, ...expectedActions: string[]) => ({
    operation,
    expectedActions,
    client,
  });
  const ask = (body: object) => ({ ...act(admin, 'patch /v1/config', 'change_request.request'), body });
  const approved = ['configuration.change_request', 'change_request.approve'];
  return [
    { ...act(admin, `post ${mine}`, 'change_request.request'), body: { temperature: 0.2 } },
    act(admin, `post ${mine}/{id}/withdraw`, 'change_request.withdraw'),
    ask({ temperature: 0.2 }),
    { ...act(platform, `post ${theirs}/approve`, ...approved), body: { comment: 'seen' } },
    ask({ temperature: 0.9 }),
    { ...act(platform, `post ${theirs}/reject`, 'change_request.reject'), body: { comment: 'seen' } },
    {
      ...act(platform, 'patch /v1/platform/tenants/{tenant_id}/config', 'change_request.request'),
      pathParameters: { tenant_id: id },
      body: { temperature: 0.4 },
    },
    act(platform, `post ${theirs}/withdraw`, 'change_request.withdraw'),
  ];
}

function rolloutOperations({ platform: by }: AuditActors): AuditedOperation[] {
  const path = '/v1/platform/rollouts';
  const body = {
    name: 'tried',
    selector: { tenant_ids: ['acme'] },
    changes: { retrieval_alpha: 0.9 },
    unit: 'tenant',
    percentage: 1,
    guardrails: { min_samples: 1 },
  };
  const start: AuditedOperation = {
    operation: `post ${path}`,
    expectedActions: ['rollout.start'],
    client: by,
    body,
  };
  return [
    start,
    {
      operation: `patch ${path}/{id}`,
      expectedActions: ['rollout.update'],
      client: by,
      body: { percentage: 50 },
    },
    {
      operation: `post ${path}/{id}/promote`,
      expectedActions: ['bulk.start', 'rollout.promote'],
      client: by,
    },
    start,
    { operation: `post ${path}/{id}/abort`, expectedActions: ['rollout.abort'], client: by },
  ];
}

function bulkOperations(actors: OperationRunner, { platform: by }: AuditActors): AuditedOperation[] {
  const path = '/v1/platform/bulk-updates';
  const untilCompleted = true;
  const body = { selector: { tenant_ids: ['acme'] }, changes: { retrieval_top_k: 7 }, reason: 'tried' };
  const worse = { reason: 'worse' };
  const first = () => actors.startBlockedBulk();
  return [
    {
      operation: `post ${path}`,
      expectedActions: ['bulk.start'],
      client: by,
      body,
      waitForCompletion: untilCompleted,
    },
    {
      operation: `post ${path}/{id}/revert`,
      expectedActions: ['bulk.start'],
      client: by,
      body: worse,
      waitForCompletion: untilCompleted,
    },
    {
      operation: `post ${path}/{id}/cancel`,
      expectedActions: ['bulk.start', 'bulk.cancel'],
      client: by,
      prepare: first,
    },
  ];
}
