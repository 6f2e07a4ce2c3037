import { Anchor, Badge, Code, List, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ActButton } from '../act/act-button.js';
import { useAuthorNames } from '../actors/use-author-names.js';
import { useTenant } from '../administration/use-change-tenant.js';
import { DateText } from '../dates/date-text.js';
import { ChangeList } from '../lists/change-list.js';
import { useOverview } from '../replicas/replicas-page.js';
import { ReadinessChecks } from '../replicas/readiness-checks.js';
import { useReadiness } from '../replicas/use-readiness.js';
import { useTenantQuery } from '../scope/use-tenant-query.js';
import { useTenantScope } from '../scope/tenant-scope.js';
import { Screen } from '../states/screen.js';
import { EmptyState, Loaded } from '../states/states.js';
import { useUndo } from '../undo/use-undo.js';
import { type Sources, overlaysOf, replicasBehind } from './findings.js';
import { investigateTexts as texts } from './investigate.texts.js';
import { fillIn } from '../words/fill-in.js';
import { words } from '../words/words.texts.js';

const [service, status, changed, different, query, request, replicas, fix] = texts.steps;

/** The runbook "investigate a tenant", filled in for one tenant. */
export function InvestigatePage() {
  const { tenantId, isPlatform } = useTenantScope();
  if (!isPlatform)
    return (
      <EmptyState title={words.platformOnly} isWholeScreen>
        {texts.platformOnly}
      </EmptyState>
    );
  return (
    <Screen title={texts.title(tenantId)} about={texts.about}>
      <Stack component="ol" gap="xl" m={0} p={0} style={{ listStyle: 'none' }}>
        <Step number={1} title={service}>
          <Service />
        </Step>
        <Step number={2} title={status}>
          <Status />
        </Step>
        <Step number={3} title={changed}>
          <Changes />
        </Step>
        <Step number={4} title={different}>
          <Overlays />
        </Step>
        <Step number={5} title={query}>
          <Text size="sm">{texts.query}</Text>
          <To path="playground">{texts.openPlayground}</To>
        </Step>
        <Step number={6} title={request}>
          <Text size="sm">{texts.request}</Text>
          <Code block tabIndex={0}>
            {`grep '"request_id":"<id>"' attune.log\ngrep '"tenant_id":"${tenantId}"' attune.log | grep -v '"status":20'`}
          </Code>
        </Step>
        <Step number={7} title={replicas}>
          <ReplicaState />
        </Step>
        <Step number={8} title={fix}>
          <Fix />
        </Step>
      </Stack>
    </Screen>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <Stack component="li" gap="xs">
      <Title order={2} size="h4">
        {number}. {title}
      </Title>
      {children}
    </Stack>
  );
}

function To({ path, children }: { path: string; children: ReactNode }) {
  const { tenantId } = useTenantScope();
  return (
    <Anchor component={Link} to={`/tenants/${tenantId}/${path}`} size="sm" underline="always">
      {children}
    </Anchor>
  );
}

function Service() {
  const readiness = useReadiness();
  return (
    <Loaded query={readiness}>
      {({ status: state, checks = {} }) => (
        <>
          <Text size="sm">{state === 'ok' ? texts.ok : texts.degraded}</Text>
          <ReadinessChecks checks={checks} />
        </>
      )}
    </Loaded>
  );
}

function Status() {
  const { tenantId } = useTenantScope();
  const tenant = useTenant(tenantId);
  return (
    <Loaded query={tenant}>
      {(data) => (
        <>
          <Text size="sm" component="div">
            {fillIn(texts.planAndStatus, {
              plan: data.plan,
              status: <Badge color={data.status === 'active' ? 'teal' : 'red'}>{data.status}</Badge>,
            })}
          </Text>
          {data.status === 'suspended' && <Text size="sm">{texts.suspended}</Text>}
          <To path="administration">{texts.administration}</To>
        </>
      )}
    </Loaded>
  );
}

function Changes() {
  const nameOf = useAuthorNames();
  const history = useTenantQuery('/v1/config/history', { query: { limit: 10 } });
  return (
    <Loaded query={history}>
      {({ items }) => (
        <>
          {items.map((entry) => (
            <Stack key={entry.version} gap={0}>
              <Text size="sm" fw={600} component="div">
                {fillIn(texts.version(entry.version, entry.action), {
                  date: <DateText at={entry.changed_at} />,
                  author: <span title={entry.changed_by}>{nameOf(entry.changed_by)}</span>,
                })}
              </Text>
              {entry.reason !== null && <Text size="sm">{entry.reason}</Text>}
              <ChangeList changes={entry.changes} />
            </Stack>
          ))}
          <To path="history">{texts.wholeHistory}</To>
        </>
      )}
    </Loaded>
  );
}

function Overlays() {
  const configuration = useTenantQuery('/v1/config', { query: { include: 'sources' } });
  return (
    <Loaded query={configuration}>
      {(data) => {
        const overlays = overlaysOf(data as unknown as Sources);
        if (overlays.length === 0) return <Text size="sm">{texts.noOverlay}</Text>;
        return (
          <List size="sm">
            {overlays.map(({ setting, reason }) => (
              <List.Item key={setting}>
                <To path={`configuration?setting=${setting}`}>{setting}</To>: {reason}
              </List.Item>
            ))}
          </List>
        );
      }}
    </Loaded>
  );
}

function ReplicaState() {
  const overview = useOverview(true);
  return (
    <Loaded query={overview}>
      {({ replicas: all }) => {
        const behind = replicasBehind(all);
        return (
          <>
            <Text size="sm">
              {behind.length === 0
                ? texts.same(all.length)
                : texts.differ(behind.map(({ id }) => id).join(', '))}
            </Text>
            <Anchor component={Link} to="/replicas" size="sm">
              {words.replicas}
            </Anchor>
          </>
        );
      }}
    </Loaded>
  );
}

function Fix() {
  const { refusal } = useTenantScope();
  const history = useTenantQuery('/v1/config/history', { query: { limit: 10 } });
  const undo = useUndo();
  const version = history.data?.items[0]?.version ?? 1;
  return (
    <>
      <Text size="sm">{texts.fix}</Text>
      <ActButton
        variant="default"
        reason={refusal ?? (version < 2 ? texts.nothingToUndo : null)}
        onClick={undo}
        style={{ alignSelf: 'flex-start' }}
      >
        {words.undoVersion(version)}
      </ActButton>
    </>
  );
}
