import { Button, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { CopyButton } from '../act/copy-button.js';
import { reasonAgainst } from '../act/permission.js';
import { SettingControl } from '../controls/setting-control.js';
import { useDraftControl } from '../draft/use-draft-control.js';
import { formatRatio } from '../numbers/format.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { useSession } from '../session/session-context.js';
import type { Explained } from '../settings/explanation.js';
import type { SettingSchema } from '../settings/setting-schema.js';
import { configurationKey, useExplained, useFaults, useSettings } from '../settings/use-configuration.js';
import { ProblemView } from '../states/problem-view.js';
import { Screen } from '../states/screen.js';
import { Loaded } from '../states/states.js';
import { contrastRatio, minTextContrast } from './contrast.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';
import { texts } from './branding.texts.js';

export function BrandingPage() {
  const explained = useExplained();
  const settings = useSettings();
  return (
    <Screen title={texts.title} about={texts.about}>
      <Loaded query={explained}>
        {(config) => (
          <Loaded query={settings}>
            {({ settings: all }) => (
              <Stack>
                <BrandingForm explained={config} settings={all.filter(({ group }) => group === 'branding')} />
                <Domain explained={config} />
              </Stack>
            )}
          </Loaded>
        )}
      </Loaded>
    </Screen>
  );
}

function BrandingForm({ explained, settings }: { explained: Explained; settings: readonly SettingSchema[] }) {
  const control = useDraftControl({ version: explained.version, own: explained.own });
  const reason = reasonAgainst(useSession(), { scope: 'config:propose', isForPlatform: true });
  const patch = control.draft?.patch ?? {};
  const { errors } = useFaults(patch, explained.version);
  const valueOf = (name: string): unknown => (name in patch ? patch[name] : explained.effective[name]);
  const colour = valueOf('ui_primary_color');
  const logo = valueOf('ui_logo_url');
  return (
    <Paper withBorder p="md">
      <Stack>
        {settings.map((setting) => (
          <SettingControl
            key={setting.name}
            setting={setting}
            value={valueOf(setting.name)}
            error={errors.find(({ field }) => field === setting.name)?.message ?? null}
            isDisabled={reason !== null}
            onChange={(value) => control.set(setting.name, value)}
          />
        ))}
        <Preview
          colour={typeof colour === 'string' ? colour : ''}
          logo={typeof logo === 'string' ? logo : null}
        />
        {reason !== null && <Text size="sm">{reason}</Text>}
        {control.draft !== null && (
          <Group>
            <Button component={Link} to="../configuration?review=1" relative="path">
              {words.reviewAndSave}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

/** The colour with black and white text on it, and the logo as it is fetched by a browser. */
function Preview({ colour, logo }: { colour: string; logo: string | null }) {
  return (
    <Stack gap="xs" component="section" aria-label={texts.preview}>
      <Group gap={0}>
        {['#ffffff', '#000000'].map((text) => (
          <ContrastSample key={text} colour={colour} text={text} />
        ))}
      </Group>
      {logo !== null && /^https:\/\/./.test(logo) && (
        <img src={logo} alt={texts.logo} referrerPolicy="no-referrer" height={48} />
      )}
    </Stack>
  );
}

function ContrastSample({ colour, text }: { colour: string; text: string }) {
  const ratio = contrastRatio(colour, text);
  if (ratio === null) return null;
  const isEnough = ratio >= minTextContrast;
  return (
    <Stack gap={4} mr="md">
      <div style={{ background: colour, color: text, padding: '12px 20px', borderRadius: 4 }} aria-hidden>
        {isEnough ? texts.contrast.sample : ''}
      </div>
      <Text size="xs" className="numbers">
        {texts.contrast.of(text === '#ffffff', formatRatio(ratio))},{' '}
        {isEnough ? texts.contrast.readable : texts.contrast.lessThan(minTextContrast)}
      </Text>
    </Stack>
  );
}

/** The steps from a claimed host name to a verified one. */
function Domain({ explained }: { explained: Explained }) {
  const scope = useTenantScope();
  const client = useQueryClient();
  const reason = reasonAgainst(useSession(), { scope: 'config:write' });
  const domain = explained.effective['custom_domain'];
  const isVerified = explained.effective['custom_domain_verified'] === true;
  const check = useMutation({
    mutationFn: async () => (await scope.call('post', '/v1/config/domain/verify')).data,
    onSuccess: () => client.invalidateQueries({ queryKey: configurationKey(scope) }),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.domain.title}>
      <Title order={2} size="h5" mb="sm">
        {texts.domain.title}
      </Title>
      <List type="ordered" size="sm" spacing="sm">
        <List.Item>
          {typeof domain === 'string'
            ? fillIn(isVerified ? texts.domain.verified : texts.domain.claimed, {
                domain: <Code>{domain}</Code>,
              })
            : texts.domain.enter}
        </List.Item>
        <List.Item>
          {check.data ? (
            <TxtRecord name={check.data.record_name} value={check.data.expected_record} />
          ) : (
            texts.domain.checkOnce
          )}
        </List.Item>
        <List.Item>
          <Stack gap="xs" align="flex-start">
            <ActButton
              reason={typeof domain === 'string' ? reason : texts.domain.none}
              size="xs"
              loading={check.isPending}
              onClick={() => check.mutate()}
            >
              {texts.domain.check}
            </ActButton>
            <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
              {check.data &&
                (check.data.verified ? texts.domain.isVerified(check.data.domain) : check.data.detail)}
            </Text>
            {check.isError && <ProblemView error={check.error} />}
          </Stack>
        </List.Item>
      </List>
    </Paper>
  );
}

function TxtRecord({ name, value }: { name: string; value: string }) {
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm">{texts.domain.putRecord}</Text>
      <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {`${name} TXT ${value}`}
      </Code>
      <CopyButton value={value} size="xs" variant="default">
        {texts.domain.copyValue}
      </CopyButton>
    </Stack>
  );
}
