import { type ApiClient, type ClusterReplica, signIn } from '#testing';
import { aRolloutRequest, rolloutsPath } from '../e2e/rollouts/rollout-requests.js';
import { type ConfigurationResponse, type TestTenant, createTenant } from '../app/test-app.js';
import { uniqueName } from './cluster-tenant.js';

/** Something that replicas hold, and a change of it. Its methods are called in this order. */
interface CachedResource {
  readonly title: string;
  prepare(platform: ApiClient): Promise<void>;
  change(platform: ApiClient): Promise<void>;
  /** Whether the replica acts as the change would have it. */
  isVisibleAt(replica: ClusterReplica): Promise<boolean>;
}

/** One tenant that something is done about, and what its admin sees of that. */
abstract class TenantResource implements CachedResource {
  abstract readonly title: string;
  protected tenant!: TestTenant;

  abstract change(platform: ApiClient): Promise<void>;

  async prepare(platform: ApiClient): Promise<void> {
    this.tenant = await createTenant(platform, uniqueName('tenant'));
  }

  isVisibleAt(replica: ClusterReplica): Promise<boolean> {
    return this.isVisibleTo(replica.client(this.tenant.adminKey));
  }

  protected abstract isVisibleTo(admin: ApiClient): Promise<boolean>;

  protected get path(): string {
    return `/v1/platform/tenants/${this.tenant.id}`;
  }
}

/** Something that is part of a tenant's configuration. */
export abstract class ConfigurationResource extends TenantResource {
  /** A key of the tenant, after `prepare`. */
  get key(): string {
    return this.tenant.adminKey;
  }

  /** Whether these settings are those after the change. */
  abstract isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean;

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    return this.isVisibleIn(await readConfiguration(admin));
  }
}

class Configuration extends ConfigurationResource {
  readonly title = 'a configuration';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.patch(`${this.path}/config`, { max_tokens: 700 }));
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['max_tokens'] === 700;
  }
}

class RevokedKey extends TenantResource {
  readonly title = 'a key’s revocation';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.del(`${this.path}/api-keys/${this.tenant.adminKeyId}`));
  }

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    return (await admin.get('/v1/config')).status === 401;
  }
}

class EndedSession extends TenantResource {
  readonly title = 'a session’s end';
  private cookie = '';

  override async prepare(platform: ApiClient): Promise<void> {
    await super.prepare(platform);
    this.cookie = (await signIn(platform, { api_key: this.tenant.adminKey })).cookie;
  }

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.del(`/v1/platform/sessions?tenant_id=${this.tenant.id}`));
  }

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    return (await admin.as(null).get('/v1/config', { cookie: this.cookie })).status === 401;
  }
}

class Suspension extends TenantResource {
  readonly title = 'a tenant’s suspension';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.patch(this.path, { status: 'suspended' }));
  }

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    return (await admin.post('/v1/query', { question: 'Anybody there?' })).status === 403;
  }
}

class Deletion extends TenantResource {
  readonly title = 'a tenant’s deletion';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.del(this.path));
  }

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    return (await admin.get('/v1/config')).status === 401;
  }
}

class PlanMove extends ConfigurationResource {
  readonly title = 'a tenant’s move to another plan';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.patch(this.path, { plan: 'enterprise' }));
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['monthly_budget_usd'] === 'unlimited';
  }
}

class Plan extends ConfigurationResource {
  readonly title = 'a plan';
  private readonly plan = uniqueName('plan');

  override async prepare(platform: ApiClient): Promise<void> {
    await this.put(platform, 4);
    this.tenant = await createTenant(platform, uniqueName('tenant'), this.plan);
  }

  change(platform: ApiClient): Promise<void> {
    return this.put(platform, 6);
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['retrieval_top_k'] === 6;
  }

  private put(platform: ApiClient, topK: number): Promise<void> {
    const rest = { allowed_tiers: ['economy'], allowed_models: [], ceilings: {}, locked_settings: [] };
    const plan = { defaults: { retrieval_top_k: topK }, ...rest };
    return expectSuccess(platform.put(`/v1/platform/plans/${this.plan}`, plan));
  }
}

class PlatformDefaults extends ConfigurationResource {
  readonly title = 'the platform’s defaults';
  private readonly url = `https://example.com/${uniqueName('logo')}.svg`;

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.patch('/v1/platform/defaults', { ui_logo_url: this.url }));
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['ui_logo_url'] === this.url;
  }
}

class Catalogue extends TenantResource {
  readonly title = 'the model catalogue';
  private readonly model = uniqueName('model');

  async change(platform: ApiClient): Promise<void> {
    const { body } = await platform.get<Record<string, unknown>>('/v1/platform/models/gpt-4o-mini');
    const { id: _, ...model } = body;
    await expectSuccess(platform.put(`/v1/platform/models/${this.model}`, model));
  }

  protected async isVisibleTo(admin: ApiClient): Promise<boolean> {
    const { body } = await admin.post<{ valid: boolean }>('/v1/config/validate', { model_name: this.model });
    return body.valid;
  }
}

class RolloutStart extends ConfigurationResource {
  readonly title = 'a rollout’s beginning';

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(
      platform.post(rolloutsPath, aRolloutRequest({ selector: { tenant_ids: [this.tenant.id] } })),
    );
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['retrieval_top_k'] === 9;
  }
}

class RolloutAbort extends ConfigurationResource {
  readonly title = 'a rollout’s end';
  private id = '';

  override async prepare(platform: ApiClient): Promise<void> {
    await super.prepare(platform);
    const rolloutRequest = aRolloutRequest({
      selector: { tenant_ids: [this.tenant.id] },
      changes: { retrieval_top_k: 8 },
    });
    this.id = (await platform.post<{ id: string }>(rolloutsPath, rolloutRequest)).body.id;
  }

  change(platform: ApiClient): Promise<void> {
    return expectSuccess(platform.post(`${rolloutsPath}/${this.id}/abort`));
  }

  isVisibleIn(settings: Readonly<Record<string, unknown>>): boolean {
    return settings['retrieval_top_k'] !== 8;
  }
}

/** specification §7.2: “everything cached”. */
export function cachedResources(): CachedResource[] {
  return [
    new Configuration(),
    new RevokedKey(),
    new EndedSession(),
    new Suspension(),
    new Deletion(),
    new PlanMove(),
    new Plan(),
    new PlatformDefaults(),
    new Catalogue(),
    new RolloutStart(),
    new RolloutAbort(),
  ];
}

async function readConfiguration(client: ApiClient): Promise<ConfigurationResponse> {
  const { status, body } = await client.get<ConfigurationResponse>('/v1/config');
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function expectSuccess(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  expect({ isDone: status < 300, body }).toMatchObject({ isDone: true });
}
