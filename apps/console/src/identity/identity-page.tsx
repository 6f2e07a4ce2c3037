import { Anchor, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { DateText } from '../dates/date-text.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { usePlatformPages } from '../lists/use-platform-pages.js';
import { usePlatformRefusal } from '../session/platform-refusal.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { ConnectionState } from './connection-state.js';
import { ConnectionSheet } from './connection-sheet.js';
import { identityTexts } from './identity.texts.js';
import { ProviderAddresses } from './provider-addresses.js';
import { type Connection, connectionsPath } from './use-connections.js';
import { words } from '../words/words.texts.js';

/** The identity providers at which people sign in. */
export function IdentityPage() {
  const [isCreating, setCreating] = useState(false);
  const refusal = usePlatformRefusal();
  const navigate = useNavigate();
  const pages = usePlatformPages(connectionsPath);
  return (
    <Screen
      title={identityTexts.title}
      about={identityTexts.about}
      actions={
        <ActButton reason={refusal} onClick={() => setCreating(true)}>
          {identityTexts.addConnection}
        </ActButton>
      }
    >
      <PagedTable
        label={identityTexts.connections}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState title={identityTexts.noneTitle}>{identityTexts.empty}</EmptyState>}
      />
      <ProviderAddresses />
      <Text size="sm">{identityTexts.problems}</Text>
      {isCreating && (
        <ConnectionSheet
          knownIds={pages.items.map(({ id }) => id)}
          onSaved={(id) => void navigate(`/identity/${id}`)}
          onClose={() => setCreating(false)}
        />
      )}
    </Screen>
  );
}

const columns: readonly Column<Connection>[] = [
  {
    title: identityTexts.connection,
    cell: ({ id, label }) => (
      <Anchor component={Link} to={`/identity/${id}`} size="sm">
        {label}
      </Anchor>
    ),
  },
  { title: words.id, cell: ({ id }) => id },
  { title: identityTexts.issuer, cell: ({ issuer }) => issuer },
  { title: identityTexts.for, cell: ({ tenant_id: tenant }) => tenant ?? identityTexts.platform },
  { title: words.state, cell: (connection) => <ConnectionState connection={connection} /> },
  { title: identityTexts.addedColumn, cell: ({ created_at: at }) => <DateText at={at} /> },
];
