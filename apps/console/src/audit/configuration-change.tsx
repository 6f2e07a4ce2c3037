import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useReadOn } from '../lists/use-read-on.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { ForcedBadge } from '../lock/forced-badge.js';
import { forcedOver } from '../lock/lock-history.js';
import { texts as lockTexts } from '../lock/lock.texts.js';
import { TenantScopeProvider } from '../scope/tenant-scope.js';
import { useTenantHead } from '../scope/use-tenant-head.js';
import { texts } from './audit.texts.js';

interface ConfigurationChangeProps {
  readonly tenantId: string;
  readonly version: number;
}

/** What the history of a tenant says of a change: its version, its reason, and whether it was forced. */
export function ConfigurationChange(props: ConfigurationChangeProps) {
  return (
    <TenantScopeProvider tenantId={props.tenantId}>
      <Change {...props} />
    </TenantScopeProvider>
  );
}

const maxLookedThrough = 1_000;

function Change({ tenantId, version }: ConfigurationChangeProps) {
  const { items, query } = useTenantPages('/v1/config/history', { limit: 200 });
  const entry = items.find((each) => each.version === version);
  useReadOn(entry === undefined && items.length < maxLookedThrough, query);
  const over = forcedOver(items, useTenantHead(tenantId).data).get(version);
  return (
    <Stack gap={4}>
      <Anchor component={Link} to={`/tenants/${tenantId}/history?version=${version}`} size="sm">
        {texts.versionOf(tenantId, version)}
      </Anchor>
      {over && (
        <Group gap="xs">
          <ForcedBadge over={over} />
          <Text size="sm">{lockTexts.forcedOver[over]}</Text>
        </Group>
      )}
      {entry && <Text size="sm">{entry.reason === null ? texts.noReason : texts.reason(entry.reason)}</Text>}
    </Stack>
  );
}
