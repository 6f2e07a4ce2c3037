import { Group, List, Text } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import type { Schema } from '../api/operations.js';
import { type Column, PagedTable } from '../lists/paged-table.js';
import { useTenantPages } from '../lists/use-tenant-pages.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { useSession } from '../session/session-context.js';
import { Screen } from '../states/screen.js';
import { EmptyState } from '../states/states.js';
import { GoldenQuestionSheet } from './golden-question-sheet.js';
import { goldenTexts } from './golden-questions.texts.js';
import { RunAll } from './run-all.js';
import { words } from '../words/words.texts.js';

type GoldenQuestion = Schema<'GoldenQuestionResponse'>;
type OpenSheet = { act: 'add' } | { act: 'edit' | 'delete'; question: GoldenQuestion } | null;

const empty = { question: '', expect_sources: [], expect_phrases: [] };

export function GoldenQuestionsPage() {
  const session = useSession();
  const [open, setOpen] = useState<OpenSheet>(null);
  const pages = useTenantPages('/v1/golden-questions');
  const reason = reasonAgainst(session, { scope: 'config:write' });
  const close = (): void => setOpen(null);
  return (
    <Screen
      title={goldenTexts.title}
      about={goldenTexts.about}
      actions={
        <ActButton reason={reason} onClick={() => setOpen({ act: 'add' })}>
          {goldenTexts.add}
        </ActButton>
      }
    >
      {pages.items.length > 0 && <RunAll />}
      <PagedTable
        label={goldenTexts.title}
        pages={pages}
        rowKey={({ id }) => id}
        columns={columnsFor(reason, setOpen)}
        empty={<EmptyState title={goldenTexts.none}>{goldenTexts.noneAbout}</EmptyState>}
      />
      {open?.act === 'add' && <GoldenQuestionSheet start={empty} onClose={close} />}
      {open?.act === 'edit' && (
        <GoldenQuestionSheet id={open.question.id} start={open.question} onClose={close} />
      )}
      {open?.act === 'delete' && <DeleteQuestion question={open.question} onClose={close} />}
    </Screen>
  );
}

function columnsFor(
  reason: string | null,
  onOpen: (open: OpenSheet) => void,
): readonly Column<GoldenQuestion>[] {
  return [
    { title: words.question, cell: ({ question }) => question },
    { title: words.documents, cell: ({ expect_sources: sources }) => sources.join(', ') || 'any' },
    { title: goldenTexts.phrases, cell: ({ expect_phrases: phrases }) => <Phrases phrases={phrases} /> },
    {
      title: words.acts,
      cell: (question) => (
        <Group gap="xs" wrap="nowrap">
          <ActButton
            reason={reason}
            size="xs"
            variant="default"
            onClick={() => onOpen({ act: 'edit', question })}
          >
            {words.edit}
          </ActButton>
          <ActButton
            reason={reason}
            size="xs"
            variant="subtle"
            onClick={() => onOpen({ act: 'delete', question })}
          >
            {words.delete}
          </ActButton>
        </Group>
      ),
    },
  ];
}

function Phrases({ phrases }: { phrases: readonly string[] }) {
  if (phrases.length === 0) return 'any';
  return (
    <List size="sm">
      {phrases.map((phrase) => (
        <List.Item key={phrase}>{phrase}</List.Item>
      ))}
    </List>
  );
}

function DeleteQuestion({ question, onClose }: { question: GoldenQuestion; onClose: () => void }) {
  const scope = useTenantScope();
  const write = useTenantWrite();
  const { id, ...values } = question;
  const remove = async (request: HttpRequest): Promise<void> => {
    await write('delete', '/v1/golden-questions/{id}', { params: { id } }, ['/v1/golden-questions']);
    const undo = () => write('post', '/v1/golden-questions', { body: values }, ['/v1/golden-questions']);
    notifyDone({ message: goldenTexts.deleted, request, onUndo: undo });
  };
  return (
    <ReviewSheet
      title={goldenTexts.deleteTitle}
      action={goldenTexts.deleteAct}
      isDangerous
      request={{ method: 'DELETE', url: scope.urlOf('/v1/golden-questions/{id}', { id }) }}
      onConfirm={remove}
      onClose={onClose}
    >
      <Text size="sm" fw={600}>
        {question.question}
      </Text>
      <Text size="sm">{goldenTexts.delete}</Text>
    </ReviewSheet>
  );
}
