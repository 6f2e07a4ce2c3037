import { Checkbox, Group, Stack, Text } from '@mantine/core';
import { ActButton } from '../act/act-button.js';
import type { SettingsPatch } from '../draft/draft-store.js';
import { CostNote } from '../playground/cost-note.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { ProblemView } from '../states/problem-view.js';
import { QuestionResults } from './question-results.js';
import { texts } from './review.texts.js';
import { useGoldenQuestionLengths, useGoldenRun } from './use-golden-run.js';

interface GateBoxProps {
  readonly patch: SettingsPatch;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** The golden questions: as a condition of the save, or asked now without saving. */
export function GateBox({ patch, isChecked, onChange }: GateBoxProps) {
  const { isPlatform } = useTenantScope();
  const lengths = useGoldenQuestionLengths();
  const run = useGoldenRun(patch);
  if (lengths === null) return null;
  if (lengths.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {texts.noGate}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Checkbox
        label={texts.gate}
        description={texts.gateHint(lengths.length)}
        checked={isChecked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <CostNote patches={[patch]} questionLengths={lengths} />
      {!isPlatform && (
        <Group gap="xs">
          <ActButton
            reason={null}
            size="xs"
            variant="default"
            loading={run.isPending}
            onClick={() => run.mutate()}
          >
            {texts.run}
          </ActButton>
          <Text size="xs" c="dimmed">
            {texts.runHint}
          </Text>
        </Group>
      )}
      <div role="status">
        {run.data && (
          <Text size="sm">{texts.questions.passed(run.data.passed, run.data.results.length)}</Text>
        )}
      </div>
      {run.isError && <ProblemView error={run.error} />}
      {run.data && <QuestionResults results={run.data.results} />}
    </Stack>
  );
}
