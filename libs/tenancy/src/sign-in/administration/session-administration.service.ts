import { Injectable } from '@nestjs/common';
import { Page, type PageQuery, type Principal } from '#http';
import { NotFoundError, isObjectId } from '#kernel';
import type { SessionFilter, SessionRecord } from '../../sessions/session.repository.js';
import { SessionService } from '../../sessions/session.service.js';
import {
  type EndSessionsQuery,
  type PlatformSessionsQuery,
  assertNamed,
} from './platform-sessions.request.js';
import type {
  EndedSessionsResponse,
  OwnSessionResponse,
  PlatformSessionResponse,
} from './session.response.js';

/** Lists and ends sessions: one's own, and for platform admins everybody's. */
@Injectable()
export class SessionAdministrationService {
  constructor(private readonly sessions: SessionService) {}

  /** @throws InvalidInputError when the cursor does not come from this list. */
  async listOwn(principal: Principal, query: PageQuery): Promise<Page<OwnSessionResponse>> {
    const { items, next_cursor: next } = await this.sessions.list(ownedBy(principal), query);
    return new Page(
      items.map((session) => toOwnResponse(session, principal)),
      next,
    );
  }

  /** @throws NotFoundError when the caller has no such session. */
  endOwn(id: string, principal: Principal): Promise<void> {
    return this.end({ ...ownedBy(principal), id }, principal);
  }

  /** @throws InvalidInputError when the cursor does not come from this list. */
  async list(
    principal: Principal,
    { tenant_id: tenantId, actor, ...page }: PlatformSessionsQuery,
  ): Promise<Page<PlatformSessionResponse>> {
    const { items, next_cursor: next } = await this.sessions.list({ tenantId, actor }, page);
    return new Page(
      items.map((session) => toPlatformResponse(session, principal)),
      next,
    );
  }

  /** @throws NotFoundError when there is no such session. */
  async end(filter: SessionFilter & { readonly id: string }, author: Principal): Promise<void> {
    if (!isObjectId(filter.id) || (await this.sessions.end(filter, author)) === 0)
      throw new NotFoundError('There is no such session.');
  }

  /** @throws InvalidInputError when nobody is named. */
  async endAll(query: EndSessionsQuery, author: Principal): Promise<EndedSessionsResponse> {
    assertNamed(query);
    const { tenant_id: tenantId, actor } = query;
    return { ended: await this.sessions.end({ tenantId, actor }, author) };
  }
}

/** Two tenants may each have an identity provider that knows a person of the same name. */
function ownedBy({ actor, tenantId }: Principal): SessionFilter {
  return { actor, tenantId };
}

function toOwnResponse(session: SessionRecord, { session: current }: Principal): OwnSessionResponse {
  const { id, address, agent, connection } = session;
  return {
    id,
    created_at: session.created_at.toISOString(),
    last_seen_at: session.last_seen_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    address,
    agent,
    connection,
    current: id === current?.id,
  };
}

function toPlatformResponse(session: SessionRecord, caller: Principal): PlatformSessionResponse {
  const { actor, name, role, tenant_id } = session;
  return { ...toOwnResponse(session, caller), actor, name, role, tenant_id };
}
