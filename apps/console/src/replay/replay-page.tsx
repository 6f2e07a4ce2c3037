import { Anchor, Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import type { HttpRequest } from '../act/curl.js';
import { notifyDone } from '../act/notify.js';
import { reasonAgainst } from '../act/permission.js';
import { ReviewSheet } from '../act/review-sheet.js';
import { createIdempotencyHeaders } from '../api/idempotency.js';
import { maxQuestionLength } from '../api/limits.js';
import type { BodyOf } from '../api/operations.js';
import { useDraft } from '../draft/draft-store.js';
import { formatUsd } from '../numbers/format.js';
import { useCostLimit } from '../playground/use-cost-limit.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import { useExplained } from '../settings/use-configuration.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded } from '../states/states.js';
import { searchText, useSearchState } from '../url-state/use-search-state.js';
import { keepLastReplay, readLastReplay } from './last-replay.js';
import { ReplayResults } from './replay-results.js';
import { replayTexts } from './replay.texts.js';

const path = '/v1/config/replay';
const shape = { replay: searchText, answers: searchText };
const counts = ['10', '25', '50', '100'];

/** Logged questions asked again under the draft. The replay is in the URL, so that a reload still shows it. */
export function ReplayPage() {
  const [{ replay }, setUrl] = useSearchState(shape);
  const { tenantId } = useTenantScope();
  const explained = useExplained();
  return (
    <Screen title={replayTexts.title} about={replayTexts.about}>
      <Text size="sm" c="dimmed" maw={720}>
        {replayTexts.which}
      </Text>
      <Loaded query={explained}>
        {({ effective }) => (
          <Start
            isLogging={effective['log_questions'] === true}
            onStarted={(id) => {
              keepLastReplay(tenantId, id);
              setUrl({ replay: id, answers: '' });
            }}
          />
        )}
      </Loaded>
      <Ways isShown={replay !== ''} />
      {replay !== '' && <ReplayResults id={replay} />}
    </Screen>
  );
}

/** Where to go on: to the replay that was started last in this tab, and to what can be asked without kept questions. */
function Ways({ isShown }: { isShown: boolean }) {
  const { tenantId } = useTenantScope();
  const last = readLastReplay(tenantId);
  return (
    <Group gap="lg">
      {last !== null && !isShown && (
        <Anchor component={Link} to={`?replay=${last}`} size="sm">
          {replayTexts.lastReplay}
        </Anchor>
      )}
      <Anchor component={Link} to="../golden-questions" relative="path" size="sm">
        {replayTexts.goldenInstead}
      </Anchor>
    </Group>
  );
}

interface StartProps {
  readonly isLogging: boolean;
  readonly onStarted: (id: string) => void;
}

function Start({ isLogging, onStarted }: StartProps) {
  const { tenantId } = useTenantScope();
  const draft = useDraft(tenantId);
  const [count, setCount] = useState('25');
  const [isOpen, setOpen] = useState(false);
  const reason = reasonAgainst(useSession(), { scope: 'config:propose' });
  if (!isLogging)
    return (
      <Missing
        title={replayTexts.noLog}
        about={replayTexts.noLogAbout}
        to="../configuration?setting=log_questions"
        action={replayTexts.toLogging}
      />
    );
  if (draft === null)
    return (
      <Missing
        title={replayTexts.noDraft}
        about={replayTexts.noDraftAbout}
        to="../configuration"
        action={replayTexts.toConfiguration}
      />
    );
  return (
    <Paper withBorder p="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{replayTexts.draft(Object.keys(draft.patch))}</Text>
        <NativeSelect
          label={replayTexts.newest}
          data={counts}
          value={count}
          onChange={(event) => setCount(event.currentTarget.value)}
        />
        <ActButton reason={reason} onClick={() => setOpen(true)}>
          {replayTexts.start(Number(count))}
        </ActButton>
      </Stack>
      {isOpen && (
        <StartSheet
          patch={draft.patch}
          last={Number(count)}
          onStarted={onStarted}
          onClose={() => setOpen(false)}
        />
      )}
    </Paper>
  );
}

interface MissingProps {
  readonly title: string;
  readonly about: string;
  readonly to: string;
  readonly action: string;
}

function Missing({ title, about, to, action }: MissingProps) {
  return (
    <EmptyState
      title={title}
      action={
        <Button component={Link} to={to} relative="path">
          {action}
        </Button>
      }
    >
      {about}
    </EmptyState>
  );
}

interface StartSheetProps {
  readonly patch: object;
  readonly last: number;
  readonly onStarted: (id: string) => void;
  readonly onClose: () => void;
}

function StartSheet({ patch, last, onStarted, onClose }: StartSheetProps) {
  const scope = useTenantScope();
  const [headers] = useState(createIdempotencyHeaders);
  const body = { patch, last } as BodyOf<typeof path, 'post'>;
  const start = async (request: HttpRequest): Promise<void> => {
    onStarted((await scope.call('post', path, { body, headers })).data.id);
    notifyDone({ message: replayTexts.started(last), request });
  };
  return (
    <ReviewSheet
      title={replayTexts.title}
      action={replayTexts.start(last)}
      isFocused
      request={{ method: 'POST', url: scope.urlOf(path), body, headers }}
      onConfirm={start}
      onClose={onClose}
    >
      <Text size="sm">{replayTexts.costs}</Text>
      <Cost patch={patch} questions={last} />
    </ReviewSheet>
  );
}

/** How many questions were kept is not known here, and each counts as the longest. */
function Cost({ patch, questions }: { patch: object; questions: number }) {
  const costOf = useCostLimit();
  const [today, drafted] = [costOf({}, [maxQuestionLength]), costOf(patch, [maxQuestionLength])];
  if (today === null || drafted === null) return null;
  const one = today + drafted;
  return (
    <Text size="sm" className="numbers">
      {replayTexts.cost(formatUsd(one), formatUsd(questions * one), questions)}
    </Text>
  );
}
