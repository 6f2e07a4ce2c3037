import { Button, Group, Paper, Stack, Textarea } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { reasonAgainst } from '../act/permission.js';
import { maxQuestionLength, maxTopK } from '../api/limits.js';
import { useDraftControl } from '../draft/use-draft-control.js';
import { useSession } from '../session/session-context.js';
import type { Explained } from '../settings/explanation.js';
import { useExplained } from '../settings/use-configuration.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded, LoadingLines } from '../states/states.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { useTypedText } from '../url-state/use-typed-text.js';
import { AlphaPaths } from './alpha-paths.js';
import { FoundChunks } from './found-chunks.js';
import { RangeInput } from './range-input.js';
import { retrievalTexts } from './retrieval.texts.js';
import { type Comparison, useChunkSearch } from './use-chunk-search.js';
import { words } from '../words/words.texts.js';

const shape = { question: searchText, alpha: searchText, top_k: searchText };

/** What a question finds, under the settings of today and under tried ones. */
export function RetrievalPage() {
  const explained = useExplained();
  return (
    <Screen title={retrievalTexts.title} about={retrievalTexts.about}>
      <Loaded query={explained}>{(data) => <Microscope explained={data} />}</Loaded>
    </Screen>
  );
}

function Microscope({ explained }: { explained: Explained }) {
  const [url, setUrl] = useSearchState(shape);
  const [question, setQuestion] = useTypedText(url.question, (text) =>
    setUrl({ question: text }, { replace: true }),
  );
  const tried = triedOf(url, explained);
  const search = useChunkSearch();
  const reason = useReason(question, Object.keys(tried.patch).length > 0);
  const ask = (): void => {
    if (reason === null && !search.isPending)
      search.mutate({ question: question.trim(), patch: tried.patch });
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    ask();
  };
  useHotkeys([['mod+Enter', ask]], []);
  return (
    <>
      <Paper withBorder p="md">
        <form onSubmit={onSubmit}>
          <Stack gap="sm">
            <Textarea
              label={words.question}
              value={question}
              maxLength={maxQuestionLength}
              autosize
              minRows={2}
              maxRows={6}
              onChange={(event) => setQuestion(event.currentTarget.value)}
            />
            <Tried {...tried} onChange={(change) => setUrl(change, { replace: true })} />
            <Group>
              <ActButton type="submit" reason={reason} loading={search.isPending}>
                {Object.keys(tried.patch).length > 0 ? retrievalTexts.searchBoth : words.search}
              </ActButton>
              <ToDraft explained={explained} patch={tried.patch} />
            </Group>
          </Stack>
        </form>
      </Paper>
      <div aria-live="polite">
        {search.isPending && <LoadingLines />}
        {search.isError && <ProblemView error={search.error} onRetry={ask} />}
        {search.isIdle && (
          <EmptyState title={retrievalTexts.nothingYet}>{retrievalTexts.nothingYetAbout}</EmptyState>
        )}
        {search.data && <Found comparison={search.data} {...tried} />}
      </div>
    </>
  );
}

function Found({ comparison, alpha, topK }: TriedSettings & { readonly comparison: Comparison }) {
  const { chunks } = comparison.today;
  if (chunks.length === 0)
    return <EmptyState title={retrievalTexts.nothingFoundTitle}>{retrievalTexts.nothingFound}</EmptyState>;
  return (
    <Stack>
      <FoundChunks {...comparison} />
      <AlphaPaths chunks={chunks} alpha={alpha} topK={topK} />
    </Stack>
  );
}

interface TriedSettings {
  readonly alpha: number;
  readonly topK: number;
  /** What differs from the settings of today. */
  readonly patch: Record<string, unknown>;
}

/** The sliders of the URL; those that are not in it are at the values of today. */
function triedOf(
  url: { readonly alpha: string; readonly top_k: string },
  { effective }: Explained,
): TriedSettings {
  const today = { alpha: Number(effective['retrieval_alpha']), topK: Number(effective['retrieval_top_k']) };
  const alpha = url.alpha === '' ? today.alpha : Number(url.alpha);
  const topK = url.top_k === '' ? today.topK : Number(url.top_k);
  return {
    alpha,
    topK,
    patch: {
      ...(alpha !== today.alpha && { retrieval_alpha: alpha }),
      ...(topK !== today.topK && { retrieval_top_k: topK }),
    },
  };
}

function useReason(question: string, isTrying: boolean): string | null {
  const session = useSession();
  const refusal = reasonAgainst(session, {
    scope: 'retrieve',
    isForMembers: !isTrying,
    onlyReads: true,
  });
  return refusal ?? (question.trim() === '' ? retrievalTexts.enterQuestion : null);
}

interface TriedProps extends TriedSettings {
  readonly onChange: (change: { alpha?: string; top_k?: string }) => void;
}

function Tried({ alpha, topK, onChange }: TriedProps) {
  return (
    <Group gap="xl" align="flex-start">
      <RangeInput
        id="try-alpha"
        label={retrievalTexts.alpha}
        description={retrievalTexts.alphaHint}
        value={alpha}
        min={0}
        max={1}
        step={0.05}
        onChange={(value) => onChange({ alpha: String(value) })}
      />
      <RangeInput
        id="try-top-k"
        label={retrievalTexts.topK}
        description={retrievalTexts.topKHint}
        value={topK}
        min={1}
        max={maxTopK}
        step={1}
        onChange={(value) => onChange({ top_k: String(value) })}
      />
    </Group>
  );
}

/** Puts what was tried into the draft, and then leads to its review. */
function ToDraft({ explained, patch }: { explained: Explained; patch: Record<string, unknown> }) {
  const control = useDraftControl(explained);
  const [isTaken, setTaken] = useState(false);
  const names = Object.keys(patch);
  if (names.length === 0) return null;
  if (isTaken)
    return (
      <Button component={Link} to="../configuration?review=1" relative="path" variant="light">
        {words.reviewAndSave}
      </Button>
    );
  const take = (): void => {
    for (const name of names) control.set(name, patch[name]);
    setTaken(true);
  };
  return (
    <Button variant="default" onClick={take}>
      {retrievalTexts.toDraft}
    </Button>
  );
}
