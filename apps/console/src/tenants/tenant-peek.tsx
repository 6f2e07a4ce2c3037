import { Anchor, Badge, Button, CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { ActorName } from '../actors/actor-name.js';
import { call } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { ChangeList } from '../lists/change-list.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { StateBadge } from '../states/state-badge.js';
import { Loaded } from '../states/states.js';
import type { ListedTenant } from './tenant-columns.js';
import styles from './tenant-grid.module.css';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { tenantTexts } from './tenants.texts.js';

const historyPath = '/v1/platform/tenants/{tenant_id}/config/history';

/** One tenant at the side of the list: what it is, its last changes, and the way back from the newest. */
export function TenantPeek({
  tenantId,
  listed,
  onClose,
}: {
  tenantId: string;
  listed: ListedTenant | undefined;
  onClose: () => void;
}) {
  const history = useQuery({
    queryKey: ['tenant', tenantId, 'history', 'peek'],
    queryFn: async ({ signal }) =>
      (await call('get', historyPath, { params: { tenant_id: tenantId }, query: { limit: 3 }, signal })).data,
  });
  return (
    <aside className={styles['peek']} aria-label={tenantTexts.peek.title(tenantId)}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {tenantId}
          </Title>
          <CloseButton aria-label={tenantTexts.peek.close} onClick={onClose} />
        </Group>
        {listed && <Facts tenant={listed} />}
        <Group gap="xs">
          <Button size="xs" component={Link} to={`/tenants/${tenantId}/overview`}>
            {tenantTexts.peek.open}
          </Button>
          <Button size="xs" variant="default" component={Link} to={`/tenants/${tenantId}/configuration`}>
            {tenantTexts.peek.configuration}
          </Button>
          <Button size="xs" variant="default" component={Link} to={`/tenants/${tenantId}/administration`}>
            {tenantTexts.peek.administration}
          </Button>
        </Group>
        <Title order={3} size="h6">
          {tenantTexts.peek.lastChanges}
        </Title>
        <Loaded query={history}>{({ items }) => <Changes tenantId={tenantId} entries={items} />}</Loaded>
      </Stack>
    </aside>
  );
}

function Facts({ tenant }: { tenant: ListedTenant }) {
  return (
    <Stack gap={4}>
      <Text size="sm">{tenant.name}</Text>
      <Group gap="xs">
        <Badge>{tenant.plan}</Badge>
        <StateBadge state={tenant.status} />
        {!tenant.override_allowed && <Badge color="gray">{tenantTexts.locked}</Badge>}
        {tenant.pending_requests > 0 && <Badge>{tenantTexts.peek.waiting(tenant.pending_requests)}</Badge>}
        {Object.entries(tenant.labels).map(([name, value]) => (
          <Badge key={name} variant="default" tt="none">{`${name}:${String(value)}`}</Badge>
        ))}
      </Group>
    </Stack>
  );
}

type HistoryEntry = Schema<'HistoryEntryResponse'>;

function Changes({ tenantId, entries }: { tenantId: string; entries: readonly HistoryEntry[] }) {
  const [isUndoing, setUndoing] = useState(false);
  const refusal = usePlatformRefusal();
  const [newest] = entries;
  const first = newest !== undefined && newest.version > 1 ? null : tenantTexts.peek.nothingToUndo;
  return (
    <Stack gap="xs">
      {entries.map(({ version, action, changed_by: by, changed_at: at, changes, reason }) => (
        <div key={version}>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {fillIn(tenantTexts.peek.version(version, action), {
              date: <DateText at={at} />,
              author: <ActorName actor={by} />,
            })}
          </Text>
          {reason !== null && <Text size="sm">{reason}</Text>}
          <ChangeList changes={changes} />
        </div>
      ))}
      <ActButton
        size="xs"
        variant="light"
        color="red"
        reason={refusal ?? first}
        onClick={() => setUndoing(true)}
      >
        {tenantTexts.peek.undo}
      </ActButton>
      <Anchor size="sm" component={Link} to={`/tenants/${tenantId}/history`}>
        {words.wholeHistory}
      </Anchor>
      {isUndoing && <UndoLastChange tenantId={tenantId} onClose={() => setUndoing(false)} />}
    </Stack>
  );
}
