import { type ApiAnswer, type Fleet, type FleetMember, type RequestHeaders, waitFor } from '#testing';
import type { Shown } from '../e2e/stage.js';

let count = 0;

/** A name that no tenant, key or plan of this file had before. */
export function aName(what: string): string {
  return `${what}-${(count += 1)}`;
}

/** A tenant whose configuration the platform's admin reads and changes at any replica. */
export class KnownTenant {
  private readonly path: string;

  private constructor(
    readonly id: string,
    private readonly members: readonly FleetMember[],
  ) {
    this.path = `/v1/platform/tenants/${id}/config`;
  }

  /** New, so that no replica holds anything of it. The replica that makes it gets no news of it later. */
  static async cold({ members }: Fleet, what: string, by: FleetMember = members[0]): Promise<KnownTenant> {
    const tenant = new KnownTenant(aName(what), members);
    const body = { tenant_id: tenant.id, name: tenant.id, plan: 'pro' };
    must(await by.client().post('/v1/platform/tenants', body));
    return tenant;
  }

  /** New, and held by every replica. */
  static async warm(fleet: Fleet, what: string): Promise<KnownTenant> {
    const tenant = await KnownTenant.cold(fleet, what);
    for (const member of fleet.members) await tenant.at(member);
    return tenant;
  }

  /** Its configuration at this replica, now. */
  async at(member: FleetMember, headers?: RequestHeaders): Promise<Shown> {
    return must(await this.answerAt(member, headers));
  }

  answerAt(member: FleetMember, headers?: RequestHeaders): Promise<ApiAnswer<Shown>> {
    return member.client().get<Shown>(this.path, headers);
  }

  /** Changes it at this replica: the new version. */
  async change(member: FleetMember, maxTokens: number): Promise<number> {
    return must(await member.client().patch<Shown>(this.path, { max_tokens: maxTokens })).version;
  }

  /** Resolves once these replicas show this version or a later one: all, where none are named. */
  async isSeen(version: number, at: readonly FleetMember[] = this.members): Promise<void> {
    for (const member of at)
      await waitFor(async () => (await this.at(member)).version >= version, {
        what: `${member.name} shows version ${version} of ${this.id}`,
      });
  }
}

/** The body of an answer that has to be a good one. */
function must<Body>({ status, body }: ApiAnswer<Body>): Body {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}
