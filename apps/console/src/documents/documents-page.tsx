import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { reasonAgainst } from '../act/permission.js';
import type { QueryOf, Schema } from '../api/operations.js';
import { DateText } from '../dates/date-text.js';
import { PagedTable, type Column } from '../lists/paged-table.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { valueText } from '../lists/value-text.js';
import { formatCount } from '../numbers/format.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { EmptyState, NoMatch } from '../states/states.js';
import { TypedInput } from '../url-state/typed-input.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { documentTexts } from './documents.texts.js';
import { DropZone } from './drop-zone.js';
import { toFilterQuery } from './metadata-filter.js';
import { Reindexing } from './reindexing.js';
import { UploadSheet } from './upload-sheet.js';
import { Uploads, useUploadQueue } from './uploads.js';
import { words } from '../words/words.texts.js';

type DocumentSummary = Schema<'DocumentSummary'>;
const shape = { q: searchText, filter: searchText };

export function DocumentsPage() {
  const session = useSession();
  const queue = useUploadQueue();
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const reason = reasonAgainst(session, { scope: 'documents:write' });
  return (
    <Screen title={documentTexts.title} about={documentTexts.about} actions={<Reindexing reason={reason} />}>
      <DropZone reason={reason} onFiles={setChosen} />
      <Uploads queue={queue} />
      <DocumentList />
      {chosen.length > 0 && (
        <UploadSheet files={chosen} onConfirm={() => queue.add(chosen)} onClose={() => setChosen([])} />
      )}
    </Screen>
  );
}

function DocumentList() {
  const [{ q, filter }, set] = useSearchState(shape);
  const query = { include: 'count', ...(q !== '' && { q }), ...toFilterQuery(filter) };
  const pages = useTenantPages('/v1/documents', { query: query as QueryOf<'/v1/documents', 'get'> & object });
  const isFiltered = q !== '' || filter !== '';
  return (
    <Stack gap="sm">
      <Group align="flex-end" role="search">
        <TypedInput
          label={words.search}
          description={documentTexts.searchHint}
          value={q}
          onTyped={(text) => set({ q: text }, { replace: true })}
          maxLength={300}
        />
        <TypedInput
          label={documentTexts.filter}
          description={documentTexts.filterHint}
          value={filter}
          onTyped={(text) => set({ filter: text }, { replace: true })}
        />
        <CountOfLimit total={isFiltered ? undefined : pages.total} />
      </Group>
      <PagedTable
        label={words.documents}
        pages={pages}
        columns={columns}
        rowKey={({ doc_id: id }) => id}
        empty={
          isFiltered ? (
            <NoMatch onClear={() => set({ q: '', filter: '' })}>{documentTexts.noMatch}</NoMatch>
          ) : (
            <EmptyState title={documentTexts.none}>{documentTexts.noneAbout}</EmptyState>
          )
        }
      />
    </Stack>
  );
}

const columns: readonly Column<DocumentSummary>[] = [
  {
    title: documentTexts.titleColumn,
    cell: ({ doc_id: id, title }) => (
      <Anchor component={Link} to={encodeURIComponent(id)} size="sm">
        {title}
      </Anchor>
    ),
  },
  { title: words.id, cell: ({ doc_id: id }) => id },
  { title: documentTexts.chunks, isNumber: true, cell: ({ chunks }) => formatCount(chunks) },
  { title: documentTexts.metadata, cell: ({ metadata }) => metadataText(metadata) },
  { title: words.changed, cell: ({ updated_at: at }) => <DateText at={at} /> },
];

function metadataText(metadata: object): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${valueText(String(value), 40)}`)
    .join(' ');
}

function CountOfLimit({ total }: { total: number | undefined }) {
  const config = useTenantQuery('/v1/config', { query: { include: 'sources' } });
  if (total === undefined || config.data === undefined) return null;
  return (
    <Text size="sm" className="numbers">
      {documentTexts.countOfLimit(formatCount(total), formatCount(config.data.max_documents))}
    </Text>
  );
}
