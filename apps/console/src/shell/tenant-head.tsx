import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { useTenantHead } from '../scope/use-tenant-head.js';
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
        <>
          <Badge color="orange" visibleFrom="sm">
            {shellTexts.platformView}
          </Badge>
          {/* A narrow head has no place for two words. */}
          <Badge
            color="orange"
            hiddenFrom="sm"
            aria-label={shellTexts.platformView}
            role="note"
            style={{ flexShrink: 0 }}
          >
            {shellTexts.platform}
          </Badge>
        </>
      )}
    </Group>
  );
}

function Version({ tenantId }: { tenantId: string }) {
  const { data } = useTenantHead(tenantId);
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
        {shellTexts.version(data.version)}
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
