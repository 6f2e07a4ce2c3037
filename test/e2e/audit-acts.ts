import { Client } from 'pg';
import { type ApiAnswer, type ApiClient, type NameServer, waitFor } from '#testing';
import type { TenantOnStage } from './stage.js';

/** One call of an operation that changes something, and the entries that it must leave, in their order. */
export interface Act {
  /** Method and path, as the OpenAPI document has them. */
  readonly operation: string;
  readonly leaves: readonly string[];
  readonly by: ApiClient;
  /** For the path; `{id}` is that of the thing of this kind that was made last. */
  readonly ids?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What has to be done first, and is part of the act; it may give the body. */
  readonly first?: () => Promise<object | void>;
  /** What goes on in the background has ended then. */
  readonly untilCompleted?: true;
}

export interface Cast {
  readonly platform: ApiClient;
  readonly acme: TenantOnStage;
  /** Its changes need approval. */
  readonly bound: TenantOnStage;
  readonly names: NameServer;
}

type Made = Record<string, unknown>;

/** Makes the calls, and knows the ids of what they made. */
export class Actors {
  /** Kind, as it stands in paths → id. */
  private readonly made: Record<string, string> = { models: 'ours' };

  /** Holds up what would be over too soon. */
  private holding: Client | null = null;

  constructor(
    private readonly platform: ApiClient,
    private readonly superuserUrl: string,
  ) {}

  async play(act: Act): Promise<ApiAnswer<Made>> {
    const prepared = await act.first?.();
    const answer = await this.call(act, prepared ?? act.body).finally(() => this.letGo());
    this.remember(act.operation, answer);
    if (act.untilCompleted) await this.completed();
    return answer;
  }

  private async letGo(): Promise<void> {
    await this.holding?.end();
    this.holding = null;
  }

  /** The path with ids in the place of their names. */
  path({ operation, ids = {} }: Act): string {
    const path = operation
      .split(' ')[1]!
      .replace(/([a-z-]+)\/\{id\}/, (_all, kind: string) => `${kind}/${this.made[kind]}`);
    return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'acme');
  }

  private call(act: Act, body: object | undefined): Promise<ApiAnswer<Made>> {
    const [method] = act.operation.split(' ');
    const headers = { 'content-type': 'application/json' };
    const request = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    return act.by.send<Made>(this.path(act), { method: method!.toUpperCase(), ...request });
  }

  private remember(operation: string, { status, body }: ApiAnswer<Made>): void {
    const isRequest = status === 202 && operation.endsWith('/config');
    const kind = isRequest ? 'change-requests' : /([a-z-]+)(\/\{id\}.*)?$/.exec(operation)?.[1];
    if (kind !== undefined && typeof body?.['id'] === 'string') this.made[kind] = body['id'];
  }

  private async completed(): Promise<void> {
    const path = `/v1/platform/bulk-updates/${this.made['bulk-updates']}`;
    const state = async () => (await this.platform.get<{ state: string }>(path)).body.state;
    await waitFor(async () => (await state()) === 'completed', { timeoutMs: 30_000 });
  }

  /** Begins a bulk operation that is not over when the next call comes: somebody holds a tenant's row until then. */
  async beginLongBulk(): Promise<void> {
    const holding = new Client({ connectionString: this.superuserUrl });
    await holding.connect();
    await holding.query(`BEGIN; SELECT FROM tenant_configurations WHERE tenant_id = 'acme' FOR UPDATE`);
    const body = { selector: { all: true }, changes: { retrieval_alpha: 0.1 }, reason: 'tried' };
    const operation = 'post /v1/platform/bulk-updates';
    await this.play({ operation, leaves: [], by: this.platform, body });
    this.holding = holding;
  }
}

export function everyAct(actors: Actors, cast: Cast): Act[] {
  return [
    ...tenantActs(cast),
    ...domainActs(cast),
    ...tenantsActs(cast),
    ...ofOneTenant(cast),
    ...sharedActs(cast),
    ...requestActs(cast),
    ...rolloutActs(cast),
    ...bulkActs(actors, cast),
  ];
}

function tenantActs({ acme: { admin: by } }: Cast): Act[] {
  const key = { name: 'a', role: 'member' };
  const question = { question: 'What is it?' };
  return [
    { operation: 'patch /v1/config', leaves: ['configuration.update'], by, body: { temperature: 0.3 } },
    { operation: 'post /v1/config/rollback', leaves: ['configuration.rollback'], by, body: { steps: 1 } },
    { operation: 'post /v1/api-keys', leaves: ['key.create'], by, body: key },
    { operation: 'delete /v1/api-keys/{id}', leaves: ['key.revoke'], by },
    { operation: 'post /v1/golden-questions', leaves: ['golden_question.create'], by, body: question },
    { operation: 'delete /v1/golden-questions/{id}', leaves: ['golden_question.delete'], by },
  ];
}

function domainActs({ acme: { admin: by }, names }: Cast): Act[] {
  const path = '/v1/config/domain/verify';
  const first = async () => {
    const { body } = await by.post<{ expected_record: string }>(path);
    names.tell('_attune.ask.acme.example', body.expected_record);
  };
  const body = { custom_domain: 'ask.acme.example' };
  return [
    { operation: 'patch /v1/config', leaves: ['configuration.update'], by, body },
    { operation: `post ${path}`, leaves: ['tenant.update'], by, first },
  ];
}

function tenantsActs({ platform: by }: Cast): Act[] {
  const operation = 'patch /v1/platform/tenants/{tenant_id}';
  const ids = { tenant_id: 'brief' };
  const tenant = { ...ids, name: 'Brief', plan: 'pro' };
  return [
    { operation: 'post /v1/platform/tenants', leaves: ['tenant.create', 'key.create'], by, body: tenant },
    { operation, leaves: ['tenant.suspend'], by, ids, body: { status: 'suspended' } },
    { operation, leaves: ['tenant.resume'], by, ids, body: { status: 'active' } },
    { operation, leaves: ['tenant.update'], by, ids, body: { plan: 'enterprise' } },
    { operation: 'delete /v1/platform/tenants/{tenant_id}', leaves: ['tenant.delete'], by, ids },
  ];
}

function ofOneTenant({ platform: by, acme }: Cast): Act[] {
  const path = '/v1/platform/tenants/{tenant_id}';
  const file = async () => {
    const { body } = await acme.admin.get<{ version: number }>('/v1/config');
    return { settings: { max_tokens: 900 }, source: 'acme.yaml', base_version: body.version };
  };
  const key = { name: 'b', role: 'member' };
  return [
    { operation: `post ${path}/api-keys`, leaves: ['key.create'], by, body: key },
    { operation: `delete ${path}/api-keys/{id}`, leaves: ['key.revoke'], by },
    { operation: `patch ${path}/config`, leaves: ['configuration.update'], by, body: { max_documents: 500 } },
    { operation: `post ${path}/config/rollback`, leaves: ['configuration.rollback'], by, body: { steps: 1 } },
    { operation: `put ${path}/managed`, leaves: ['configuration.apply'], by, first: file },
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

function sharedActs({ platform: by }: Cast): Act[] {
  const [putPlan, putModel] = ['put /v1/platform/plans/{plan}', 'put /v1/platform/models/{id}'];
  const ids = { plan: 'tiny' };
  const lower = { ...plan, ceilings: { max_tokens: 500 } };
  const defaults = { temperature: 0.65 };
  return [
    { operation: 'patch /v1/platform/defaults', leaves: ['defaults.update'], by, body: defaults },
    { operation: putPlan, leaves: ['plan.create'], by, ids, body: plan },
    { operation: putPlan, leaves: ['plan.update'], by, ids, body: lower },
    { operation: putModel, leaves: ['model.create'], by, body: model },
    { operation: putModel, leaves: ['model.update'], by, body: { ...model, tier: 'standard' } },
    { operation: 'post /v1/platform/models/{id}/retire', leaves: ['model.retire'], by },
  ];
}

function requestActs({ platform, bound: { admin } }: Cast): Act[] {
  const [asked, mine] = ['change_request.request', '/v1/config/change-requests'];
  const theirs = '/v1/platform/change-requests/{id}';
  const [body, comment] = [{ temperature: 0.2 }, { comment: 'seen' }];
  const approved = ['configuration.change_request', 'change_request.approve'];
  return [
    { operation: `post ${mine}`, leaves: [asked], by: admin, body },
    { operation: `post ${mine}/{id}/withdraw`, leaves: ['change_request.withdraw'], by: admin },
    { operation: 'patch /v1/config', leaves: [asked], by: admin, body },
    { operation: `post ${theirs}/approve`, leaves: approved, by: platform, body: comment },
    { operation: 'patch /v1/config', leaves: [asked], by: admin, body: { temperature: 0.9 } },
    { operation: `post ${theirs}/reject`, leaves: ['change_request.reject'], by: platform, body: comment },
  ];
}

function rolloutActs({ platform: by }: Cast): Act[] {
  const path = '/v1/platform/rollouts';
  const body = {
    name: 'tried',
    selector: { tenant_ids: ['acme'] },
    changes: { retrieval_alpha: 0.9 },
    unit: 'tenant',
    percentage: 1,
    guardrails: { min_samples: 1 },
  };
  const start: Act = { operation: `post ${path}`, leaves: ['rollout.start'], by, body };
  return [
    start,
    { operation: `patch ${path}/{id}`, leaves: ['rollout.update'], by, body: { percentage: 50 } },
    { operation: `post ${path}/{id}/promote`, leaves: ['bulk.start', 'rollout.promote'], by },
    start,
    { operation: `post ${path}/{id}/abort`, leaves: ['rollout.abort'], by },
  ];
}

function bulkActs(actors: Actors, { platform: by }: Cast): Act[] {
  const path = '/v1/platform/bulk-updates';
  const untilCompleted = true;
  const body = { selector: { tenant_ids: ['acme'] }, changes: { retrieval_top_k: 7 }, reason: 'tried' };
  const worse = { reason: 'worse' };
  const first = () => actors.beginLongBulk();
  return [
    { operation: `post ${path}`, leaves: ['bulk.start'], by, body, untilCompleted },
    { operation: `post ${path}/{id}/revert`, leaves: ['bulk.start'], by, body: worse, untilCompleted },
    { operation: `post ${path}/{id}/cancel`, leaves: ['bulk.start', 'bulk.cancel'], by, first },
  ];
}
