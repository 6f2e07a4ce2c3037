import {
  type ApiResponse,
  type ReplicaCluster,
  type ClusterReplica,
  type RequestHeaders,
  waitFor,
} from '#testing';
import type { ConfigurationResponse } from '../app/test-app.js';

let count = 0;

/** A name that no tenant, key or plan of this file had before. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${(count += 1)}`;
}

/** A tenant whose configuration the platform's admin reads and changes at any replica. */
export class ClusterTenant {
  private readonly path: string;

  private constructor(
    readonly id: string,
    private readonly replicas: readonly ClusterReplica[],
  ) {
    this.path = `/v1/platform/tenants/${id}/config`;
  }

  /** New, so that no replica holds anything of it. The replica that makes it gets no news of it later. */
  static async createCold(
    { replicas: members }: ReplicaCluster,
    prefix: string,
    by: ClusterReplica = members[0],
  ): Promise<ClusterTenant> {
    const tenant = new ClusterTenant(uniqueName(prefix), members);
    const body = { tenant_id: tenant.id, name: tenant.id, plan: 'pro' };
    expectOk(await by.client().post('/v1/platform/tenants', body));
    return tenant;
  }

  /** New, and held by every replica. */
  static async createWarm(cluster: ReplicaCluster, prefix: string): Promise<ClusterTenant> {
    const tenant = await ClusterTenant.createCold(cluster, prefix);
    for (const replica of cluster.replicas) await tenant.readAt(replica);
    return tenant;
  }

  /** Its configuration at this replica, now. */
  async readAt(replica: ClusterReplica, headers?: RequestHeaders): Promise<ConfigurationResponse> {
    return expectOk(await this.responseAt(replica, headers));
  }

  responseAt(replica: ClusterReplica, headers?: RequestHeaders): Promise<ApiResponse<ConfigurationResponse>> {
    return replica.client().get<ConfigurationResponse>(this.path, headers);
  }

  /** Changes it at this replica: the new version. */
  async changeAt(replica: ClusterReplica, maxTokens: number): Promise<number> {
    return expectOk(await replica.client().patch<ConfigurationResponse>(this.path, { max_tokens: maxTokens }))
      .version;
  }

  /** Resolves once these replicas show this version or a later one: all, where none are named. */
  async waitForVersion(version: number, replicas: readonly ClusterReplica[] = this.replicas): Promise<void> {
    for (const replica of replicas)
      await waitFor(async () => (await this.readAt(replica)).version >= version, {
        what: `${replica.name} shows version ${version} of ${this.id}`,
      });
  }
}

/** The body of an answer that has to be a good one. */
function expectOk<Body>({ status, body }: ApiResponse<Body>): Body {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}
