import { Alert, Group, Paper, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ActButton } from '../act/act-button.js';
import { reasonAgainst, suspendedReason } from '../act/permission.js';
import { problemOf } from '../api/problem.js';
import type { BodyOf, Schema } from '../api/operations.js';
import { useDraft } from '../draft/draft-store.js';
import { GoldenQuestionSheet } from '../golden-questions/golden-question-sheet.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import { useExplained, useSettings } from '../settings/use-configuration.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded, LoadingLines } from '../states/states.js';
import { searchList, searchText, useSearchState } from '../url-state/use-search-state.js';
import { useTypedText } from '../url-state/use-typed-text.js';
import { InsteadOfAsking } from './instead-of-asking.js';
import { lastTestKey } from './last-test.js';
import { playgroundTexts } from './playground.texts.js';
import { Proposal } from './proposal.js';
import { QuestionForm } from './question-form.js';
import { RunResult } from './run-result.js';
import { useCostLimit } from './use-cost-limit.js';

/** `settings`: those that the proposal shows although the draft does not change them yet. */
const shape = { question: searchText, settings: searchList };

export function PlaygroundPage() {
  const { tenantId } = useTenantScope();
  const patch = useDraft(tenantId)?.patch ?? {};
  const [{ question: inUrl, settings: added }, setUrl] = useSearchState(shape);
  const [question, setQuestion] = useTypedText(inUrl, (text) =>
    setUrl({ question: text }, { replace: true }),
  );
  const test = useTest();
  const isComparison = Object.keys(patch).length > 0;
  const limit = useMaxCost(patch, question.length, { isComparison, last: test.data });
  const explained = useExplained();
  const settings = useSettings();
  const errors = problemOf(test.error).errors ?? [];
  const refusal = reasonAgainst(useSession(), { scope: 'config:propose', isForPlatform: true });
  const ask = (): void => {
    if (refusal !== null || test.isPending) return;
    test.mutate({ ...patch, compare: isComparison, ...(question.trim() !== '' && { question }) });
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    ask();
  };
  return (
    <Screen title={playgroundTexts.title} about={playgroundTexts.about}>
      <Refused reason={refusal} />
      <form onSubmit={onSubmit}>
        <Stack>
          <Loaded query={settings}>
            {({ settings: all }) =>
              explained.data && (
                <Proposal
                  explained={explained.data}
                  settings={all}
                  errors={errors}
                  added={added}
                  onAdded={(names) => setUrl({ settings: names }, { replace: true })}
                />
              )
            }
          </Loaded>
          <Paper withBorder p="md">
            <QuestionForm
              question={question}
              isComparison={isComparison}
              maxCostUsd={limit}
              refusal={refusal}
              isRunning={test.isPending}
              onChange={setQuestion}
              onAsk={ask}
            />
          </Paper>
        </Stack>
      </form>
      <div aria-live="polite">
        {test.isPending && <LoadingLines />}
        {test.isError && <ProblemView error={test.error} onRetry={ask} />}
        {test.isIdle && (
          <EmptyState title={playgroundTexts.nothingYet}>{playgroundTexts.nothingYetAbout}</EmptyState>
        )}
        {test.data && <Outcome result={test.data} />}
      </div>
    </Screen>
  );
}

/** Said at once, and not only at the button, as the whole screen is for asking. */
function Refused({ reason }: { reason: string | null }) {
  // Of a suspended tenant it stands over every screen.
  if (reason === null || reason === suspendedReason) return null;
  return (
    <Alert variant="default" title={playgroundTexts.mayNotAsk} mb="md">
      {reason}
      <InsteadOfAsking mt="xs" />
    </Alert>
  );
}

function useTest() {
  const scope = useTenantScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: object) => {
      const options = { body: body as BodyOf<'/v1/config/test', 'post'> };
      return (await scope.call('post', '/v1/config/test', options)).data;
    },
    onSuccess: (answer) => client.setQueryData(lastTestKey(scope), answer),
    // One test less is left of this hour.
    onSettled: () => client.invalidateQueries({ queryKey: ['session'] }),
  });
}

/** What a test costs at most depends on whether both settings are asked, and on who answered the last one. */
interface TestedHow {
  readonly isComparison: boolean;
  readonly last: Schema<'PlaygroundResponse'> | undefined;
}

/** About what both questions cost at most; null while it is not known, and after the sandbox answered, which costs nothing. */
function useMaxCost(patch: object, questionLength: number, { isComparison, last }: TestedHow): number | null {
  const costOf = useCostLimit();
  if (last?.sandbox === true) return null;
  const [today, proposed] = [costOf({}, [questionLength]), costOf(patch, [questionLength])];
  if (today === null || proposed === null) return null;
  return isComparison ? today + proposed : proposed;
}

function Outcome({ result }: { result: Schema<'PlaygroundResponse'> }) {
  const [isOpen, setOpen] = useState(false);
  const reason = reasonAgainst(useSession(), { scope: 'config:write' });
  const sources = [...new Set(result.sources.slice(0, 1).map(({ doc_id: id }) => id))];
  return (
    <Stack>
      <RunResult result={result} />
      <Group>
        <ActButton reason={reason} variant="default" onClick={() => setOpen(true)}>
          {playgroundTexts.keepAsGolden}
        </ActButton>
      </Group>
      {isOpen && (
        <GoldenQuestionSheet
          start={{ question: result.test_query, expect_sources: sources, expect_phrases: [] }}
          onClose={() => setOpen(false)}
        />
      )}
    </Stack>
  );
}
