import type { ApiResponse, ApiClient } from '#testing';
import { type TestApp, type TestTenant, createTenant, startTestApp, querySql } from '../../app/test-app.js';

/** A change request as answers show it, as far as tests look at it. */
export interface ChangeRequest extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly void_reason: string | null;
}

export interface ChangeRequestPage {
  readonly items: ChangeRequest[];
  readonly next_cursor: string | null;
}

export const tenantChangeRequestsPath = '/v1/config/change-requests';
export const platformChangeRequestsPath = '/v1/platform/change-requests';

/** The running product with two platform admins, so that one can approve what the other asks for. */
export class ApprovalTestApp {
  private count = 0;

  private constructor(
    private readonly app: TestApp,
    readonly approver: ApiClient,
  ) {}

  static async start(): Promise<ApprovalTestApp> {
    const app = await startTestApp();
    const key = await createSecondPlatformKey(app);
    return new ApprovalTestApp(app, app.platform.as(key));
  }

  get platform(): ApiClient {
    return this.app.platform;
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** Bound to approval unless told. */
  async aTenant({ bound: approvalRequired = true } = {}): Promise<TestTenant> {
    const tenant = await createTenant(this.platform, `tenant-${(this.count += 1)}`);
    if (approvalRequired)
      await this.platform.patch(`/v1/platform/tenants/${tenant.id}`, { approval_required: true });
    return tenant;
  }

  /** A change that waits now. */
  async requestChange(client: ApiClient, patch: object): Promise<ChangeRequest> {
    const { status, body } = await client.patch<ChangeRequest>('/v1/config', patch);
    if (status !== 202) throw new Error(`It does not wait: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  approve(id: string, by = this.approver): Promise<ApiResponse<ChangeRequest>> {
    return by.post<ChangeRequest>(`${platformChangeRequestsPath}/${id}/approve`, { comment: 'agreed' });
  }

  async forceChange(tenant: TestTenant, patch: object): Promise<void> {
    const forced = { ...patch, force: true, reason: 'an emergency' };
    const { status, body } = await this.platform.patch(`/v1/platform/tenants/${tenant.id}/config`, forced);
    if (status !== 200) throw new Error(`It was not forced: ${status} ${JSON.stringify(body)}`);
  }
}

export async function listChangeRequests({ admin }: TestTenant): Promise<ChangeRequest[]> {
  return (await admin.get<ChangeRequestPage>(tenantChangeRequestsPath)).body.items;
}

/** As an operator makes one: a row of its own. */
async function createSecondPlatformKey({ database }: TestApp): Promise<string> {
  const secret = 'a'.repeat(48);
  await querySql(
    database.superuserUrl,
    `INSERT INTO api_keys (id, tenant_id, name, role, secret_sha256, created_by)
     VALUES ('secondadmin00001', NULL, 'second', 'platform_admin', sha256(convert_to($1, 'UTF8')), 'test')`,
    [secret],
  );
  return `atn_secondadmin00001_${secret}`;
}
