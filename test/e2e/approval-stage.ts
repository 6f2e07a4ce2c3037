import type { ApiAnswer, ApiClient } from '#testing';
import { type Stage, type TenantOnStage, createTenant, openStage, query } from './stage.js';

/** A change request as answers show it, as far as tests look at it. */
export interface Request extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly void_reason: string | null;
}

export interface Requests {
  readonly items: Request[];
  readonly next_cursor: string | null;
}

export const own = '/v1/config/change-requests';
export const everyones = '/v1/platform/change-requests';

/** The running product with two platform admins, so that one can approve what the other asks for. */
export class ApprovalStage {
  private count = 0;

  private constructor(
    private readonly stage: Stage,
    readonly approver: ApiClient,
  ) {}

  static async open(): Promise<ApprovalStage> {
    const stage = await openStage();
    const key = await secondPlatformKey(stage);
    return new ApprovalStage(stage, stage.platform.as(key));
  }

  get platform(): ApiClient {
    return this.stage.platform;
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  /** Bound to approval unless told. */
  async aTenant({ bound = true } = {}): Promise<TenantOnStage> {
    const tenant = await createTenant(this.platform, `tenant-${(this.count += 1)}`);
    if (bound) await this.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    return tenant;
  }

  /** A change that waits now. */
  async asked(client: ApiClient, patch: object): Promise<Request> {
    const { status, body } = await client.patch<Request>('/v1/config', patch);
    if (status !== 202) throw new Error(`It does not wait: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  approve(id: string, by = this.approver): Promise<ApiAnswer<Request>> {
    return by.post<Request>(`${everyones}/${id}/approve`, { comment: 'agreed' });
  }

  async force(tenant: TenantOnStage, patch: object): Promise<void> {
    const forced = { ...patch, force: true, reason: 'an emergency' };
    const { status, body } = await this.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, forced);
    if (status !== 200) throw new Error(`It was not forced: ${status} ${JSON.stringify(body)}`);
  }
}

export async function requestsOf({ admin }: TenantOnStage): Promise<Request[]> {
  return (await admin.get<Requests>(own)).body.items;
}

/** As an operator makes one: a row of its own. */
async function secondPlatformKey({ database }: Stage): Promise<string> {
  const secret = 'a'.repeat(48);
  await query(
    database.superuserUrl,
    `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
     VALUES ('secondadmin00001', NULL, 'second', 'platform_admin', sha256(convert_to($1, 'UTF8')), 'test')`,
    [secret],
  );
  return `atn_secondadmin00001_${secret}`;
}
