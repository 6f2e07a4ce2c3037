import {
  Anchor,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  NavLink,
  ScrollArea,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, NavLink as RouterLink, Outlet, useParams } from 'react-router';
import { useQueryClient } from '@tanstack/react-query';
import { send } from '../api/client.js';
import { isPlatformSession, useSession } from '../session/session-context.js';
import {
  type NavigationItem,
  homePathOf,
  platformScreens,
  platformTenantScreens,
  tenantScreens,
} from './navigation.js';

/** Header, navigation and the screen. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <Anchor href="#main" className="skip-link">
        Skip to the screen
      </Anchor>
      <AppShell.Header>
        <Header isOpen={isOpen} onToggle={toggle} />
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Screens">
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Header({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  const session = useSession();
  const { tenantId = session.tenant_id } = useParams();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Burger opened={isOpen} onClick={onToggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
        <Anchor component={Link} to={homePathOf(session)} fw={700} underline="never" c="inherit">
          Attune
        </Anchor>
        {tenantId !== null && <Text truncate>{tenantId}</Text>}
        {tenantId !== null && isPlatformSession(session) && <Badge color="orange">Platform view</Badge>}
      </Group>
      <Group gap="xs" wrap="nowrap">
        <ColorSchemeButton />
        <SignOutButton />
      </Group>
    </Group>
  );
}

function ColorSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = { light: 'dark', dark: 'auto', auto: 'light' } as const;
  return (
    <Button
      variant="subtle"
      size="xs"
      onClick={() => setColorScheme(next[colorScheme])}
      aria-label={`Colours: ${colorScheme}`}
    >
      {colorScheme}
    </Button>
  );
}

function SignOutButton() {
  const client = useQueryClient();
  const { name, actor } = useSession();
  const signOut = async (): Promise<void> => {
    const { data } = await send('delete', '/v1/session', {});
    const { end_session_url: url } = (data ?? {}) as { end_session_url?: string };
    client.clear();
    location.assign(url ?? '/');
  };
  return (
    <Button
      variant="subtle"
      size="xs"
      onClick={() => void signOut()}
      title={actor}
      aria-label={`Sign out ${name ?? actor}`}
    >
      Sign out
    </Button>
  );
}

function Navigation({ onGo }: { onGo: () => void }) {
  const session = useSession();
  const { tenantId = session.tenant_id } = useParams();
  const isPlatform = isPlatformSession(session);
  const ofTenant = isPlatform ? [...tenantScreens, ...platformTenantScreens] : tenantScreens;
  return (
    <ScrollArea>
      {isPlatform && <Screens items={platformScreens} prefix="" onGo={onGo} />}
      {tenantId !== null && <Screens items={ofTenant} prefix={`/tenants/${tenantId}`} onGo={onGo} />}
    </ScrollArea>
  );
}

function Screens({
  items,
  prefix,
  onGo,
}: {
  items: readonly NavigationItem[];
  prefix: string;
  onGo: () => void;
}) {
  return items.map(({ path, label }) => (
    <NavLink
      key={path}
      component={RouterLink}
      to={`${prefix}${path}`}
      end={path === '/tenants'}
      label={label}
      onClick={onGo}
    />
  ));
}
