import type { ApiClient, FleetMember } from '#testing';
import { anOrder, rolloutsPath } from '../e2e/rollout-stage.js';
import { type Shown, type TenantOnStage, createTenant } from '../e2e/stage.js';
import { aName } from './known-tenant.js';

/** Something that replicas hold, and a change of it. Its methods are called in this order. */
interface Thing {
  readonly title: string;
  prepare(platform: ApiClient): Promise<void>;
  change(platform: ApiClient): Promise<void>;
  /** Whether the replica acts as the change would have it. */
  isSeen(member: FleetMember): Promise<boolean>;
}

/** One tenant that something is done about, and what its admin sees of that. */
abstract class OfOneTenant implements Thing {
  abstract readonly title: string;
  protected tenant!: TenantOnStage;

  abstract change(platform: ApiClient): Promise<void>;

  async prepare(platform: ApiClient): Promise<void> {
    this.tenant = await createTenant(platform, aName('tenant'));
  }

  isSeen(member: FleetMember): Promise<boolean> {
    return this.isSeenBy(member.client(this.tenant.adminKey));
  }

  protected abstract isSeenBy(admin: ApiClient): Promise<boolean>;

  protected get path(): string {
    return `/v1/platform/tenants/${this.tenant.id}`;
  }
}

class Configuration extends OfOneTenant {
  readonly title = 'a configuration';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.patch(`${this.path}/config`, { max_tokens: 700 }));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['max_tokens'] === 700;
  }
}

class RevokedKey extends OfOneTenant {
  readonly title = 'a key’s revocation';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.del(`${this.path}/api-keys/${this.tenant.adminKeyId}`));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await admin.get('/v1/config')).status === 401;
  }
}

class Suspension extends OfOneTenant {
  readonly title = 'a tenant’s suspension';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.patch(this.path, { status: 'suspended' }));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await admin.post('/v1/query', { question: 'Anybody there?' })).status === 403;
  }
}

class Deletion extends OfOneTenant {
  readonly title = 'a tenant’s deletion';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.del(this.path));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await admin.get('/v1/config')).status === 401;
  }
}

class PlanOfTenant extends OfOneTenant {
  readonly title = 'a tenant’s move to another plan';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.patch(this.path, { plan: 'enterprise' }));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['monthly_budget_usd'] === 'unlimited';
  }
}

class Plan extends OfOneTenant {
  readonly title = 'a plan';
  private readonly plan = aName('plan');

  override async prepare(platform: ApiClient): Promise<void> {
    await this.put(platform, 4);
    this.tenant = await createTenant(platform, aName('tenant'), this.plan);
  }

  change(platform: ApiClient): Promise<void> {
    return this.put(platform, 6);
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['retrieval_top_k'] === 6;
  }

  private put(platform: ApiClient, topK: number): Promise<void> {
    const rest = { allowed_tiers: ['economy'], allowed_models: [], ceilings: {}, locked_settings: [] };
    const plan = { defaults: { retrieval_top_k: topK }, ...rest };
    return succeeds(platform.put(`/v1/platform/plans/${this.plan}`, plan));
  }
}

class PlatformDefaults extends OfOneTenant {
  readonly title = 'the platform’s defaults';
  private readonly url = `https://example.com/${aName('logo')}.svg`;

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.patch('/v1/platform/defaults', { ui_logo_url: this.url }));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['ui_logo_url'] === this.url;
  }
}

class Catalogue extends OfOneTenant {
  readonly title = 'the model catalogue';
  private readonly model = aName('model');

  async change(platform: ApiClient): Promise<void> {
    const { body } = await platform.get<Record<string, unknown>>('/v1/platform/models/gpt-4o-mini');
    const { id: _, ...model } = body;
    await succeeds(platform.put(`/v1/platform/models/${this.model}`, model));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    const { body } = await admin.post<{ valid: boolean }>('/v1/config/validate', { model_name: this.model });
    return body.valid;
  }
}

class RolloutBegun extends OfOneTenant {
  readonly title = 'a rollout’s beginning';

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.post(rolloutsPath, anOrder({ selector: { tenant_ids: [this.tenant.id] } })));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['retrieval_top_k'] === 9;
  }
}

class RolloutAborted extends OfOneTenant {
  readonly title = 'a rollout’s end';
  private id = '';

  override async prepare(platform: ApiClient): Promise<void> {
    await super.prepare(platform);
    const order = anOrder({ selector: { tenant_ids: [this.tenant.id] }, changes: { retrieval_top_k: 8 } });
    this.id = (await platform.post<{ id: string }>(rolloutsPath, order)).body.id;
  }

  change(platform: ApiClient): Promise<void> {
    return succeeds(platform.post(`${rolloutsPath}/${this.id}/abort`));
  }

  protected async isSeenBy(admin: ApiClient): Promise<boolean> {
    return (await shown(admin))['retrieval_top_k'] !== 8;
  }
}

/** SPEC §7.2: “everything cached”. */
export function thingsThatAreCached(): Thing[] {
  return [
    new Configuration(),
    new RevokedKey(),
    new Suspension(),
    new Deletion(),
    new PlanOfTenant(),
    new Plan(),
    new PlatformDefaults(),
    new Catalogue(),
    new RolloutBegun(),
    new RolloutAborted(),
  ];
}

async function shown(client: ApiClient): Promise<Shown> {
  const { status, body } = await client.get<Shown>('/v1/config');
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function succeeds(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await answer;
  expect({ isDone: status < 300, body }).toMatchObject({ isDone: true });
}
