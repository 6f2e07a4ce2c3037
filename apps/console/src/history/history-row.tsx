import { Anchor, Badge, Checkbox, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useId } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { DateText } from '../dates/date-text.js';
import { ChangeList } from '../lists/change-list.js';
import { ForcedBadge } from '../lock/forced-badge.js';
import type { ForcedOver } from '../lock/lock-history.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import type { SealState } from './chain.js';
import { ChainLink } from './chain-link.js';
import type { HistoryEntry } from './history-entries.js';
import { texts } from './history.texts.js';
import styles from './history-row.module.css';

interface HistoryRowProps {
  readonly entry: HistoryEntry;
  readonly author: string;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly isCompared: boolean;
  /** What the platform made it against by force; null for none. */
  readonly forced: ForcedOver | null;
  /** Null where the rows are not all versions, so that they make no chain. */
  readonly seal: SealState | null;
  readonly onToggle: () => void;
  readonly onCompare: () => void;
  /** Why this person may not restore; null if they may. */
  readonly refusal: string | null;
  readonly onRestore: () => void;
}

/** One version: who, what, why; its changes open in place. */
export function HistoryRow({ entry, author, isCurrent, isOpen, ...row }: HistoryRowProps) {
  const detailsId = useId();
  return (
    <li
      className={styles['row']}
      data-forced={row.forced !== null || undefined}
      data-chained={row.seal !== null || undefined}
    >
      {row.seal !== null && <ChainLink version={entry.version} seal={row.seal} />}
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Checkbox
          mt={6}
          checked={row.isCompared}
          onChange={row.onCompare}
          aria-label={texts.compareOne(entry.version)}
        />
        <UnstyledButton
          flex={1}
          miw={0}
          className={styles['open']!}
          data-version={entry.version}
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={row.onToggle}
        >
          <Group gap="xs">
            <Text size="sm" fw={600} className="numbers">
              {texts.version(entry.version)}
            </Text>
            <Badges action={entry.action} isCurrent={isCurrent} forced={row.forced} seal={row.seal} />
            <Text size="sm">
              {author} · {texts.role(entry.changed_by_role)}
            </Text>
          </Group>
          <Text size="sm" c="dimmed" truncate>
            {summaryOf(entry)}
          </Text>
        </UnstyledButton>
        <Stack gap={4} align="flex-end">
          <Text size="xs" c="dimmed" className="numbers">
            <DateText at={entry.changed_at} />
          </Text>
          {!isCurrent && (
            <ActButton
              reason={row.refusal}
              size="compact-xs"
              variant="default"
              aria-label={texts.restoreOne(entry.version)}
              onClick={row.onRestore}
            >
              {texts.restore}
            </ActButton>
          )}
        </Stack>
      </Group>
      <div id={detailsId} hidden={!isOpen}>
        {isOpen && <Details entry={entry} />}
      </div>
    </li>
  );
}

type BadgesProps = Pick<HistoryEntry, 'action'> & Pick<HistoryRowProps, 'isCurrent' | 'forced' | 'seal'>;

function Badges({ action, isCurrent, forced, seal }: BadgesProps) {
  return (
    <>
      <Badge color={action === 'rollback' ? 'orange' : 'gray'}>{texts.action(action)}</Badge>
      {forced && <ForcedBadge over={forced} />}
      {seal === 'broken' && <Badge color="red">{texts.broken}</Badge>}
      {isCurrent && <Badge>{texts.current}</Badge>}
    </>
  );
}

function summaryOf({ reason, changes }: HistoryEntry): string {
  const fields = changes.map(({ field }) => field).join(', ');
  const what = fields === '' ? texts.noChanges : fields;
  return reason === null ? what : `${reason} · ${what}`;
}

function Details({ entry }: { entry: HistoryEntry }) {
  const { isPlatform, tenantId } = useTenantScope();
  return (
    <Stack gap="xs" className={styles['details']!}>
      {entry.from_version !== null && <Text size="sm">{texts.from(entry.from_version)}</Text>}
      {entry.changes.length === 0 && <Text size="sm">{texts.noChanges}</Text>}
      <ChangeList label={texts.details} changes={entry.changes} />
      {entry.action === 'change_request' && (
        <Anchor component={Link} to={`/tenants/${tenantId}/requests?state=applied`} size="sm">
          {texts.request}
        </Anchor>
      )}
      {entry.bulk_id !== null && isPlatform && (
        <Anchor component={Link} to={`/bulk-updates/${entry.bulk_id}`} size="sm">
          {texts.bulk}
        </Anchor>
      )}
    </Stack>
  );
}
