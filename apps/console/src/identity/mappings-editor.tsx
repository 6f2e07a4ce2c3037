import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { call, toUrl } from '../api/client.js';
import { type Column, RowsTable } from '../lists/paged-table.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Section } from '../states/section.js';
import { useSearchState } from '../url-state/use-search-state.js';
import { AddMapping } from './add-mapping.js';
import { identityTexts } from './identity.texts.js';
import {
  type MappingChanges,
  type NewMapping,
  applyChanges,
  countChanges,
  noChanges,
  searchChanges,
  toggleRemoved,
} from './mapping-changes.js';
import {
  type Connection,
  type Mapping,
  mappingsPath,
  readMappings,
  useRefreshConnections,
} from './use-connections.js';
import { words } from '../words/words.texts.js';

const shape = { changes: searchChanges };

interface MappingsEditorProps {
  readonly connection: Connection;
  readonly stored: readonly Mapping[];
}

/** Which claims give which roles. Changes are collected in the URL and saved together. */
export function MappingsEditor({ connection, stored }: MappingsEditorProps) {
  const [{ changes }, setUrl] = useSearchState(shape);
  const [isReviewing, setReviewing] = useState(false);
  const refusal = usePlatformRefusal();
  const change = (next: MappingChanges): void => setUrl({ changes: next }, { replace: true });
  const count = countChanges(changes);
  const rows = toRows(stored, changes);
  return (
    <Section
      title={identityTexts.mapping.title}
      act={
        count > 0 && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => change(noChanges)}>
              {words.discard}
            </Button>
            <ActButton size="xs" reason={refusal} onClick={() => setReviewing(true)}>
              {identityTexts.mapping.review(count)}
            </ActButton>
          </Group>
        )
      }
    >
      <Text size="sm" c="dimmed">
        {identityTexts.mappingsAbout}
      </Text>
      {rows.length === 0 ? (
        <Text size="sm">
          {connection.from_environment ? identityTexts.noMappingsEnvironment : identityTexts.noMappings}
        </Text>
      ) : (
        <RowsTable
          label={identityTexts.mapping.list}
          rows={rows}
          rowKey={({ key }) => key}
          columns={columnsOf(connection, refusal, (row) => change(row.onToggle(changes)))}
        />
      )}
      <AddMapping
        connection={connection}
        refusal={refusal}
        onAdd={(mapping) => change({ ...changes, add: [...changes.add, mapping] })}
      />
      {isReviewing && (
        <MappingsSheet
          connection={connection}
          stored={stored}
          changes={changes}
          onSaved={() => change(noChanges)}
          onClose={() => setReviewing(false)}
        />
      )}
    </Section>
  );
}

interface Row extends NewMapping {
  readonly key: string;
  readonly state: 'stored' | 'removed' | 'added';
  readonly onToggle: (changes: MappingChanges) => MappingChanges;
}

function toRows(stored: readonly Mapping[], { remove, add }: MappingChanges): readonly Row[] {
  return [
    ...stored.map(({ id, ...mapping }): Row => {
      const state = remove.includes(id) ? 'removed' : 'stored';
      return { ...mapping, key: id, state, onToggle: (changes) => toggleRemoved(changes, id) };
    }),
    ...add.map((mapping, index): Row => {
      const onToggle = (changes: MappingChanges) => ({
        ...changes,
        add: changes.add.filter((_, at) => at !== index),
      });
      return { ...mapping, key: `added ${index}`, state: 'added', onToggle };
    }),
  ];
}

function columnsOf(
  { claim, tenant_id: ownTenant }: Connection,
  refusal: string | null,
  onToggle: (row: Row) => void,
): readonly Column<Row>[] {
  return [
    { title: identityTexts.claim, cell: (row) => row.claim ?? claim },
    { title: words.value, cell: ({ value, state }) => (state === 'removed' ? <del>{value}</del> : value) },
    { title: words.role, cell: ({ role }) => role },
    { title: words.tenant, cell: (row) => row.tenant_id ?? ownTenant ?? identityTexts.platform },
    { title: words.change, cell: ({ state }) => identityTexts.mapping.states[state] },
    {
      title: words.act,
      cell: (row) => (
        <ActButton
          size="compact-xs"
          variant="subtle"
          reason={refusal}
          aria-label={identityTexts.mapping.actOn(identityTexts.mapping.acts[row.state], row.value)}
          onClick={() => onToggle(row)}
        >
          {identityTexts.mapping.acts[row.state]}{' '}
        </ActButton>
      ),
    },
  ];
}

interface MappingsSheetProps extends MappingsEditorProps {
  readonly changes: MappingChanges;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** Replaces all mappings by those with the changes. They are read again first, so that what another admin has added meanwhile stays. */
function MappingsSheet({ connection, stored, changes, onSaved, onClose }: MappingsSheetProps) {
  const refresh = useRefreshConnections();
  const { id } = connection;
  const items = applyChanges(stored, changes);
  const write = async (next: NewMapping[]) => {
    const answer = await call('put', mappingsPath, { params: { id }, body: { items: next } });
    await refresh();
    return answer;
  };
  const save = async (request: HttpRequest): Promise<void> => {
    const before = await readMappings(id);
    await write(applyChanges(before, changes));
    onSaved();
    const message = identityTexts.mapping.saved(connection.label, items.length);
    notifyDone({ message, request, onUndo: () => write(applyChanges(before, noChanges)) });
  };
  const endsAll = stored.length === 0 && connection.from_environment;
  return (
    <ReviewSheet
      title={identityTexts.mapping.sheetTitle(connection.label)}
      action={identityTexts.mapping.save(items.length)}
      isDangerous={changes.remove.length > 0}
      request={{ method: 'PUT', url: toUrl(mappingsPath, { id }), body: { items } }}
      onConfirm={save}
      onClose={onClose}
    >
      <Text size="sm">{identityTexts.mapping.difference(changes.add.length, changes.remove.length)}</Text>
      {changes.remove.length > 0 && <Text size="sm">{identityTexts.removedEnds}</Text>}
      {endsAll && <Text size="sm">{identityTexts.firstEnds}</Text>}
    </ReviewSheet>
  );
}
