import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { call } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import { shellTexts } from './shell.texts.js';

/** The tenant of the screen, its version and how fresh it is. */
export function TenantHead() {
  const session = useSession();
  const { tenantId = session.tenant_id } = useParams();
  if (tenantId === null) return null;
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Text truncate component="span">
        {tenantId}
      </Text>
      <Version tenantId={tenantId} />
      {isPlatformSession(session) && (
        <Badge color="orange" visibleFrom="sm">
          Platform view
        </Badge>
      )}
    </Group>
  );
}

function Version({ tenantId }: { tenantId: string }) {
  const isPlatform = isPlatformSession(useSession());
  const { data } = useQuery({
    queryKey: ['tenant', tenantId, 'head'],
    queryFn: () => readHead(tenantId, isPlatform),
    refetchInterval: 30_000,
  });
  if (!data) return null;
  const freshness = shellTexts.freshness[data.source];
  return (
    <>
      <Anchor
        component={Link}
        to={`/tenants/${tenantId}/history`}
        size="sm"
        className="numbers"
        visibleFrom="sm"
      >
        version {data.version}
      </Anchor>
      {freshness && (
        <Badge
          color="red"
          title={freshness.about}
          tabIndex={0}
          aria-label={`${freshness.badge}. ${freshness.about}`}
          role="note"
        >
          {freshness.badge}
        </Badge>
      )}
    </>
  );
}

/** The version of a tenant, and how fresh the replica knows it. */
async function readHead(tenantId: string, isPlatform: boolean): Promise<{ version: number; source: string }> {
  const { data, headers } = isPlatform
    ? await call('get', '/v1/platform/tenants/{tenant_id}/config', { params: { tenant_id: tenantId } })
    : await call('get', '/v1/config');
  return { version: data.version, source: headers.get('attune-config-source') ?? 'live' };
}
