import { MultiSelect, TagsInput, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { maxQuestionLength } from '../api/limits.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { SheetField } from '../act/sheet-field.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import type { Schema } from '../api/operations.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantWrite } from '../scope/use-tenant-write.js';
import { words } from '../words/words.texts.js';
import { goldenTexts } from './golden-questions.texts.js';

export type GoldenQuestionValues = Omit<Schema<'GoldenQuestionResponse'>, 'id'>;

const path = '/v1/golden-questions';
const itemPath = '/v1/golden-questions/{id}';

/** Adds a golden question, or edits the one that has an `id`: then only what differs is sent. */
export function GoldenQuestionSheet({
  id,
  start,
  onClose,
}: {
  id?: string;
  start: GoldenQuestionValues;
  onClose: () => void;
}) {
  const scope = useTenantScope();
  const [values, setValues] = useState(start);
  const save = useSave(id, start);
  const body = id === undefined ? values : differenceOf(start, values);
  return (
    <ReviewSheet
      title={id === undefined ? goldenTexts.sheet.addTitle : goldenTexts.sheet.editTitle}
      action={id === undefined ? goldenTexts.sheet.addAct : words.save}
      isReady={values.question.trim() !== '' && Object.keys(body).length > 0}
      request={{
        method: id === undefined ? 'POST' : 'PATCH',
        url: scope.urlOf(id === undefined ? path : itemPath, { id: id ?? '' }),
        body,
      }}
      onConfirm={(request) => save(body, request)}
      onClose={onClose}
    >
      <SheetField name="question">
        <Textarea
          label={words.question}
          value={values.question}
          maxLength={maxQuestionLength}
          autosize
          minRows={2}
          data-autofocus
          onChange={(event) => setValues({ ...values, question: event.currentTarget.value })}
        />
      </SheetField>
      <ExpectedSources
        value={values.expect_sources}
        onChange={(sources) => setValues({ ...values, expect_sources: sources })}
      />
      <SheetField name="expect_phrases">
        <TagsInput
          label={goldenTexts.sheet.phrases}
          description={goldenTexts.sheet.phrasesHint}
          value={values.expect_phrases}
          onChange={(phrases) => setValues({ ...values, expect_phrases: phrases })}
        />
      </SheetField>
    </ReviewSheet>
  );
}

function ExpectedSources({ value, onChange }: { value: string[]; onChange: (sources: string[]) => void }) {
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search, 250);
  const { data } = useTenantQuery('/v1/documents', { query: { limit: 20, ...(q !== '' && { q }) } });
  const found = (data?.items ?? []).map(({ doc_id: id, title }) => ({ value: id, label: title }));
  const chosen = value.filter((id) => !found.some((each) => each.value === id));
  return (
    <SheetField name="expect_sources">
      <MultiSelect
        label={goldenTexts.sheet.documents}
        description={goldenTexts.sheet.documentsHint}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        filter={({ options }) => options}
        data={[...found, ...chosen.map((id) => ({ value: id, label: id }))]}
        value={value}
        onChange={onChange}
        nothingFoundMessage={goldenTexts.sheet.noDocument}
      />
    </SheetField>
  );
}

function differenceOf(
  before: GoldenQuestionValues,
  after: GoldenQuestionValues,
): Partial<GoldenQuestionValues> {
  const names = ['question', 'expect_sources', 'expect_phrases'] as const;
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

function useSave(id: string | undefined, start: GoldenQuestionValues) {
  const write = useTenantWrite();
  const [headers] = useState(createIdempotencyHeaders);
  return async (body: Partial<GoldenQuestionValues>, request: HttpRequest): Promise<void> => {
    if (id === undefined) {
      const { data } = await write('post', path, { body: body as GoldenQuestionValues, headers }, [path]);
      const undo = () => write('delete', itemPath, { params: { id: data.id } }, [path]);
      return notifyDone({ message: goldenTexts.sheet.added, request, onUndo: undo });
    }
    const change = (values: Partial<GoldenQuestionValues>) =>
      write('patch', itemPath, { params: { id }, body: values }, [path]);
    await change(body);
    notifyDone({ message: goldenTexts.sheet.changed, request, onUndo: () => change(start) });
  };
}
