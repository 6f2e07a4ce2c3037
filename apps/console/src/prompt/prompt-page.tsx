import { Badge, Button, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useMemo } from 'react';
import { Link } from 'react-router';
import { reasonAgainst } from '../act/permission.js';
import type { Schema } from '../api/operations.js';
import { SettingControl } from '../controls/setting-control.js';
import type { SettingsPatch } from '../draft/draft-store.js';
import { isObject } from '../draft/json.js';
import { applyPatch } from '../draft/patch.js';
import { useDraftControl } from '../draft/use-draft-control.js';
import { formatCount } from '../numbers/format.js';
import { lastTestKey } from '../playground/last-test.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import type { Explained } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { useExplained, useFaults, useSettings } from '../settings/use-configuration.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { promptTexts } from './prompt.texts.js';
import { TemplateEditor } from './template-editor.js';
import { compareVariables, fillTemplate, findPlaceholders, messageOf } from './template.js';
import { words } from '../words/words.texts.js';

const maxLength = 2_000;
const field = 'system_prompt_template';
const variablesField = 'prompt_variables';

export function PromptPage() {
  const explained = useExplained();
  const settings = useSettings();
  return (
    <Screen title={promptTexts.title} about={promptTexts.about}>
      <Loaded query={explained}>
        {(config) => (
          <Loaded query={settings}>
            {({ settings: all }) => (
              <PromptForm
                explained={config}
                variablesSetting={all.find(({ name }) => name === variablesField)!}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Screen>
  );
}

interface PromptFormProps {
  readonly explained: Explained;
  readonly variablesSetting: SettingSchema;
}

function PromptForm({ explained, variablesSetting }: PromptFormProps) {
  const { tenantId } = useTenantScope();
  const control = useDraftControl({ version: explained.version, own: explained.own });
  const reason = reasonAgainst(useSession(), { scope: 'config:propose', isForPlatform: true });
  const patch = control.draft?.patch ?? {};
  const errorsId = useId();
  const faults = useFaults(patch, explained.version);
  const { template, variables } = proposedPrompt(explained, patch);
  const errors = useMemo(() => faults.errors.filter((error) => error.field === field), [faults.errors]);
  return (
    <Stack key={tenantId}>
      <TemplateFacts template={template} />
      <TemplateEditor
        value={template}
        names={['context', 'question', ...Object.keys(variables)]}
        errors={errors}
        errorsId={errorsId}
        isReadOnly={reason !== null}
        onChange={(text) => control.set(field, text)}
      />
      <div role="status" id={errorsId}>
        {reason !== null && <Text size="sm">{reason}</Text>}
        {errors.length > 0 && (
          <List size="sm">
            {errors.map(({ message, offset }) => (
              <List.Item key={`${offset} ${message}`}>{message}</List.Item>
            ))}
          </List>
        )}
      </div>
      {control.draft !== null && (
        <Group>
          <Button component={Link} to="../configuration?review=1" relative="path">
            {words.reviewAndSave}
          </Button>
          <Button component={Link} to="../playground" relative="path" variant="default">
            {promptTexts.tryIt}
          </Button>
          <Button variant="subtle" onClick={() => control.drop(field)}>
            {promptTexts.takeBack}
          </Button>
        </Group>
      )}
      <Variables template={template} declared={Object.keys(variables)} />
      <SettingControl
        setting={variablesSetting}
        value={variables}
        error={null}
        isDisabled={reason !== null}
        onChange={(value) => control.set(variablesField, value)}
      />
      <Preview template={template} variables={variables} />
    </Stack>
  );
}

/** Template and variables after the draft. */
function proposedPrompt({ effective }: Explained, patch: SettingsPatch) {
  const changes = Object.fromEntries(
    [field, variablesField].filter((name) => name in patch).map((name) => [name, patch[name]]),
  );
  const after = applyPatch(effective, changes);
  const variables = after[variablesField];
  return {
    template: String(after[field] ?? effective[field]),
    variables: isObject(variables) ? variables : {},
  };
}

function TemplateFacts({ template }: { template: string }) {
  const message = messageOf(template);
  const hasContext = findPlaceholders(template).some(({ name }) => name === 'context');
  return (
    <Group gap="sm">
      <Badge color="gray">{promptTexts.kind[message]}</Badge>
      <Text size="sm">
        {promptTexts[message]} {!hasContext && promptTexts.noContext}
      </Text>
      <Text size="sm" className="numbers" {...(template.length > maxLength && { fw: 700, role: 'alert' })}>
        {promptTexts.length(formatCount(template.length), formatCount(maxLength))}
      </Text>
    </Group>
  );
}

function Variables({ template, declared }: { template: string; declared: readonly string[] }) {
  const { unused, unknown } = compareVariables(template, declared);
  if (unused.length === 0 && unknown.length === 0) return null;
  return (
    <Text size="sm">
      {unknown.length > 0 && `${promptTexts.unknown(unknown)} `}
      {unused.length > 0 && promptTexts.unused(unused)}
    </Text>
  );
}

function Preview({
  template,
  variables,
}: {
  template: string;
  variables: Readonly<Record<string, unknown>>;
}) {
  const scope = useTenantScope();
  const last = useQueryClient().getQueryData<Schema<'PlaygroundResponse'>>(lastTestKey(scope));
  const context = last?.sources.map(({ snippet }, index) => `[${index + 1}] ${snippet}`).join('\n\n');
  const filled = fillTemplate(template, {
    context: context ?? promptTexts.chunks,
    question: last?.test_query ?? promptTexts.question,
    ...variables,
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={promptTexts.preview}>
      <Title order={2} size="h5">
        {promptTexts.preview}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {promptTexts.previewAbout}
      </Text>
      <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {filled}
      </Code>
    </Paper>
  );
}
