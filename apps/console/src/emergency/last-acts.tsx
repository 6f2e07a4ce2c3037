import { Anchor } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { ActorName } from '../actors/actor-name.js';
import { type TenantChange, useChangeTenant } from '../administration/use-change-tenant.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { valueText } from '../lists/value-text.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { UndoLastChange } from '../rollback/undo-last-change.js';
import { type WayBack, waysBackOf } from './ways-back.js';
import { words } from '../words/words.texts.js';
import { texts } from './emergency.texts.js';

type Entry = Schema<'AuditEntryResponse'>;
type InPlace = Exclude<WayBack, { kind: 'screen' }>;

const maxActs = 20;

/**
 * The newest acts of the platform, each with its way back. The audit log has those of tenants, too: they are read to know which change
 * of a tenant is its newest, and are not shown.
 */
export function LastActs() {
  const pages = usePlatformPages('/v1/platform/audit', { limit: 200, refetchInterval: 10_000 });
  const [undone, setUndone] = useState<InPlace | null>(null);
  const refusal = usePlatformRefusal();
  const ways = waysBackOf(pages.items);
  const back = (entry: Entry) => (
    <Back entry={entry} way={ways.get(entry.id)} refusal={refusal} onUndo={setUndone} />
  );
  const close = (): void => setUndone(null);
  const ofPlatform = pages.items.filter(({ role }) => role === 'platform_admin').slice(0, maxActs);
  return (
    <Section title={texts.acts.title}>
      <PagedTable
        label={texts.acts.label}
        pages={{ ...pages, items: ofPlatform }}
        columns={[...columns, { title: texts.acts.back, cell: back }]}
        rowKey={({ id }) => String(id)}
        empty={texts.acts.none}
      />
      {undone?.kind === 'configuration' && <UndoLastChange tenantId={undone.tenantId} onClose={close} />}
      {undone?.kind === 'tenant' && <UndoTenant {...undone} onClose={close} />}
    </Section>
  );
}

const columns: readonly Column<Entry>[] = [
  { title: words.when, cell: ({ at }) => <DateText at={at} /> },
  { title: words.who, cell: ({ actor }) => <ActorName actor={actor} /> },
  { title: words.act, cell: ({ action }) => action },
  { title: words.what, cell: ({ target, tenant_id: tenant }) => <What target={target} tenant={tenant} /> },
];

function What({ target, tenant }: { target: string; tenant: string | null }) {
  if (tenant === null) return target;
  return (
    <Anchor component={Link} to={`/tenants/${tenant}/history`} size="sm">
      {target === tenant ? tenant : `${tenant}: ${target}`}
    </Anchor>
  );
}

interface BackProps {
  readonly entry: Entry;
  readonly way: WayBack | undefined;
  readonly refusal: string | null;
  readonly onUndo: (way: InPlace) => void;
}

function Back({ entry: { action, target }, way, refusal, onUndo }: BackProps) {
  if (way === undefined) return '–';
  if (way.kind === 'screen')
    return (
      <Anchor component={Link} to={way.path} size="sm">
        {texts.acts.open}
      </Anchor>
    );
  return (
    <ActButton
      size="xs"
      variant="light"
      reason={refusal}
      aria-label={texts.acts.undoOne(action, target)}
      onClick={() => onUndo(way)}
    >
      {words.undo}
    </ActButton>
  );
}

interface UndoTenantProps {
  readonly tenantId: string;
  readonly change: TenantChange;
  readonly onClose: () => void;
}

function UndoTenant({ tenantId, change, onClose }: UndoTenantProps) {
  const tenant = useChangeTenant(tenantId);
  return (
    <ReviewSheet
      title={texts.acts.undoOn(tenantId)}
      action={texts.acts.setBack(Object.keys(change), tenantId)}
      isFocused
      request={tenant.requestOf(change)}
      onConfirm={() => tenant.change(change, texts.acts.asBefore(tenantId))}
      onClose={onClose}
    >
      {Object.entries(change)
        .map(([name, value]) => `${name}: ${valueText(value)}`)
        .join(', ')}
    </ReviewSheet>
  );
}
