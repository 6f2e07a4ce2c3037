import { Anchor, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ActorInput } from './actor-input.js';
import { ActorName } from '../actors/actor-name.js';
import { Dialog } from '../act/dialog.js';
import { call, toUrl } from '../api/client.js';
import type { Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { TypedInput } from '../url-state/typed-input.js';
import { useOpenId } from '../url-state/use-open-id.js';
import { useSearchState } from '../url-state/use-search-state.js';
import {
  type AuditFilter,
  actionKinds,
  auditSearch,
  isAction,
  noFilter,
  toAuditQuery,
} from './audit-filter.js';
import { ConfigurationChange } from './configuration-change.js';
import { downloadAs } from './download.js';
import { Seal } from './seal.js';
import { words } from '../words/words.texts.js';
import { texts } from './audit.texts.js';

type Entry = Schema<'AuditEntryResponse'>;

const path = '/v1/platform/audit';

/** The audit log with the filters of the API. */
export function AuditPage() {
  const [filter, setFilter] = useSearchState(auditSearch);
  const [open, setOpen] = useOpenId('entry');
  const query = toAuditQuery(filter);
  const pages = usePlatformPages(path, { query });
  const opened = useEntry(open, pages.items);
  return (
    <Screen title={texts.title} about={texts.about} actions={<Download query={query} />} isWide>
      <Seal />
      <Filters
        filter={filter}
        listed={pages.items.map(({ actor }) => actor)}
        onChange={(change) => setFilter(change, { replace: true })}
      />
      <PagedTable
        label={texts.acts}
        pages={pages}
        columns={columnsWith((entry) => setOpen(linkIdOf(entry)))}
        rowKey={({ id }) => String(id)}
        empty={
          Object.keys(query).length === 0 ? (
            <EmptyState title={texts.noneTitle}>{texts.none}</EmptyState>
          ) : (
            <NoMatch onClear={() => setFilter(noFilter)}>{texts.noMatch}</NoMatch>
          )
        }
      />
      {opened && <EntryDialog entry={opened} onClose={() => setOpen('')} />}
    </Screen>
  );
}

/** The log has no read of one entry, so the link has its time, too. */
const linkIdOf = ({ id, at }: Entry): string => `${id}@${at}`;

/** The entry of a link: from the list, or else read by its time. */
function useEntry(linkId: string, listed: readonly Entry[]): Entry | undefined {
  const inList = listed.find((entry) => linkIdOf(entry) === linkId);
  const read = useQuery({
    queryKey: [path, 'entry', linkId],
    queryFn: ({ signal }) => readEntry(linkId, signal),
    enabled: linkId !== '' && inList === undefined,
  });
  return inList ?? read.data ?? undefined;
}

async function readEntry(linkId: string, signal: AbortSignal): Promise<Entry | null> {
  const from = new Date(linkId.slice(linkId.indexOf('@') + 1));
  if (Number.isNaN(from.getTime())) return null;
  const to = new Date(from.getTime() + 1);
  const query = { from: from.toISOString(), to: to.toISOString(), limit: 200 };
  const { data } = await call('get', path, { query, signal });
  return data.items.find((entry) => linkIdOf(entry) === linkId) ?? null;
}

function columnsWith(onOpen: (entry: Entry) => void): readonly Column<Entry>[] {
  return [
    { title: words.when, cell: ({ at }) => <DateText at={at} /> },
    { title: words.who, cell: ({ actor }) => <ActorName actor={actor} /> },
    { title: words.act, cell: ({ action }) => action },
    {
      title: words.tenant,
      cell: ({ tenant_id: id }) =>
        id === null ? (
          '–'
        ) : (
          <Anchor component={Link} to={`/tenants/${id}/history`} size="sm">
            {id}
          </Anchor>
        ),
    },
    { title: words.what, cell: ({ target }) => target },
    { title: texts.address, cell: ({ address }) => address ?? '–' },
    {
      title: words.details,
      cell: (entry) => (
        <Button
          size="xs"
          variant="subtle"
          aria-label={texts.detailsOf(entry.action, entry.target)}
          onClick={() => onOpen(entry)}
        >
          {words.details}
        </Button>
      ),
    },
  ];
}

function Filters({
  filter,
  listed,
  onChange,
}: {
  filter: AuditFilter;
  listed: readonly string[];
  onChange: (change: Partial<AuditFilter>) => void;
}) {
  const text = (name: keyof AuditFilter, label: string, placeholder: string) => (
    <TypedInput
      label={label}
      placeholder={placeholder}
      value={filter[name]}
      onTyped={(typed) => onChange({ [name]: typed })}
    />
  );
  return (
    <Group gap="sm" align="flex-end" role="search">
      <ActorInput value={filter.actor} listed={listed} onChange={(actor) => onChange({ actor })} />
      {text('tenant_id', words.tenant, 'acme-law')}
      <TypedInput
        label={words.act}
        placeholder={texts.actExample}
        error={!isAction(filter.action) && texts.noSuchAct}
        list="audit-actions"
        value={filter.action}
        onTyped={(action) => onChange({ action })}
      />
      <datalist id="audit-actions">
        {actionKinds.map((kind) => (
          <option key={kind} value={kind} />
        ))}
      </datalist>
      <TextInput
        type="date"
        label={texts.from}
        value={filter.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={texts.to}
        value={filter.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
    </Group>
  );
}

function Download({ query }: { query: ReturnType<typeof toAuditQuery> }) {
  return (
    <Button
      variant="default"
      onClick={() => void downloadAs('audit.ndjson', toUrl(path, {}, query), 'application/x-ndjson')}
    >
      {texts.download}
    </Button>
  );
}

/** The version that an act made; null for one that made none. */
function changeOf({
  action,
  tenant_id: tenantId,
  after,
}: Entry): { tenantId: string; version: number } | null {
  const version = after?.['version'];
  if (!action.startsWith('configuration.') || tenantId === null || typeof version !== 'number') return null;
  return { tenantId, version };
}

function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const change = changeOf(entry);
  return (
    <Dialog onClose={onClose} title={`${entry.action} ${entry.target}`} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          <ActorName actor={entry.actor} /> ({entry.role}), <DateText at={entry.at} />
        </Text>
        {change && <ConfigurationChange {...change} />}
        <Side title={texts.before} value={entry.before} />
        <Side title={texts.after} value={entry.after} />
      </Stack>
    </Dialog>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Code block tabIndex={0}>
        {value === null ? texts.nothing : JSON.stringify(value, null, 2)}
      </Code>
    </div>
  );
}
