import { Anchor, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { useAuthorNames } from '../actors/use-author-names.js';
import { DateText } from '../dates/date-text.js';
import { overrideAllowed } from '../draft/patch.js';
import type { HistoryEntry } from '../history/history-entries.js';
import { texts as historyTexts } from '../history/history.texts.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useUndo } from '../undo/use-undo.js';
import { AskToUnlockDialog } from './ask-to-unlock.js';
import { ForceSheet } from './force-sheet.js';
import { type LockState, forcedVersions, lockOrigin } from './lock-history.js';
import { texts } from './lock.texts.js';

interface LockCardProps {
  readonly lock: LockState;
  /** How the tenant's own people change the lock; absent for those who may not. */
  readonly children?: ReactNode;
}

/**
 * Says whether the platform may change the tenant's settings: who decided it, when and why. It lists what the platform has forced since.
 * Tenant and platform see the same card. The tenant has a switch on it, the platform the buttons "ask" and "force".
 */
export function LockCard({ lock, children }: LockCardProps) {
  const { isPlatform } = useTenantScope();
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.title} data-setting={overrideAllowed}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Facts lock={lock} />
          {isPlatform && <PlatformActs isLocked={!lock.isOverrideAllowed} />}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

const unlock = { [overrideAllowed]: true };

/** The way to ask comes first; to force the lock open comes second, and is red. */
function PlatformActs({ isLocked }: { isLocked: boolean }) {
  const { tenantId, refusal } = useTenantScope();
  const [open, setOpen] = useState<'ask' | 'force' | null>(null);
  const undo = useUndo();
  const close = (): void => setOpen(null);
  return (
    <Group gap="xs">
      {isLocked && (
        <>
          <Button size="xs" onClick={() => setOpen('ask')}>
            {texts.ask}
          </Button>
          <ActButton size="xs" color="red" variant="light" reason={refusal} onClick={() => setOpen('force')}>
            {texts.forceOpen}
          </ActButton>
        </>
      )}
      {open === 'ask' && <AskToUnlockDialog tenantId={tenantId} onClose={close} />}
      {open === 'force' && <ForceSheet tenantId={tenantId} patch={unlock} onUndo={undo} onClose={close} />}
    </Group>
  );
}

function Facts({ lock }: { lock: LockState }) {
  const history = useTenantQuery('/v1/config/history', { query: { limit: 50 } });
  const read = (history.data?.items ?? []).filter(({ version }) => version <= lock.version);
  // Until the entries of the same version are there, nothing is said of them.
  const entries = read[0]?.version === lock.version ? read : [];
  const forced = forcedVersions(entries, lock);
  const lastForced = entries.find(({ version }) => forced.has(version));
  return (
    <Stack gap={4} flex={1} miw={240}>
      <Text size="sm" fw={600}>
        {texts.statement(lock.isOverrideAllowed)}
      </Text>
      <Origin entries={entries} />
      {lastForced && (
        <Group gap="xs">
          <Badge color="red">{texts.forced}</Badge>
          <Decision entry={lastForced} about={texts.lastForced(lastForced.version)} />
        </Group>
      )}
    </Stack>
  );
}

function Origin({ entries }: { entries: readonly HistoryEntry[] }) {
  const origin = lockOrigin(entries);
  // A line as high as the one to come.
  if (origin === null) return <Text size="sm">&nbsp;</Text>;
  if (origin.kind === 'entry')
    return <Decision entry={origin.entry} about={texts.since(origin.entry.version)} />;
  return (
    <Text size="sm">
      {origin.kind === 'start' ? `${texts.since(1)}, ${texts.fromStart}` : texts.sinceBefore(origin.version)}
    </Text>
  );
}

/** A version with who made it, when and why. */
function Decision({ entry, about }: { entry: HistoryEntry; about: string }) {
  const author = useAuthorNames()(entry.changed_by);
  return (
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
      <Anchor
        component={Link}
        to={`../history?version=${entry.version}`}
        relative="path"
        inherit
        underline="always"
      >
        {about}
      </Anchor>
      , {texts.by(author, historyTexts.role(entry.changed_by_role))}, <DateText at={entry.changed_at} />
      {entry.reason !== null && `: ${entry.reason}`}
    </Text>
  );
}
