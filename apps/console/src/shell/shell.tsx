import { Anchor, AppShell, Divider, Group, NavLink } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import {
  NavLink as RouterLink,
  Outlet,
  ScrollRestoration,
  useLocation,
  useNavigate,
  useParams,
} from 'react-router';
import { useHasDrafts } from '../draft/draft-store.js';
import { useUnloadWarning } from '../draft/use-unload-warning.js';
import { focusSearch } from '../keyboard/focus-search.js';
import { useShortcuts } from '../keyboard/use-shortcuts.js';
import { useSession } from '../session/session-context.js';
import { Header, SessionButtons } from './header.js';
import { screensOf } from './navigation.js';
import { OutageBanner } from './outage-banner.js';
import { shellTexts } from './shell.texts.js';

const loadPalette = () => import('../palette/palette.js');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const KeyboardHelp = lazy(async () => ({
  default: (await import('../keyboard/keyboard-help.js')).KeyboardHelp,
}));

/** Header, navigation and the screen; the palette and the help for the keyboard are over every screen. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const [dialog, setDialog] = useState<'palette' | 'help' | null>(null);
  const navigate = useNavigate();
  const screens = useScreens();
  useLoadedPalette();
  useFocusedScreen();
  // A draft ends with the tab, whichever screen is open.
  useUnloadWarning(useHasDrafts());
  useShortcuts((shortcut) => {
    if (shortcut.kind === 'search') return focusSearch();
    if (shortcut.kind !== 'go') return setDialog(shortcut.kind);
    const screen = screens.find(({ letter }) => letter === shortcut.letter);
    if (screen) void navigate(screen.to);
  });
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <Anchor href="#main" className="skip-link">
        {shellTexts.skip}
      </Anchor>
      <AppShell.Header>
        <Header isOpen={isOpen} onToggle={toggle} onSearch={() => setDialog('palette')} />
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={shellTexts.screensLabel} style={{ overflowY: 'auto' }}>
        <Navigation onGo={close} />
        <Group mt="md" gap="xs" hiddenFrom="sm">
          <SessionButtons />
        </Group>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <OutageBanner />
        <Outlet />
      </AppShell.Main>
      <ScrollRestoration />
      <Suspense>
        {dialog === 'palette' && <Palette onClose={() => setDialog(null)} onHelp={() => setDialog('help')} />}
        {dialog === 'help' && <KeyboardHelp screens={screens} onClose={() => setDialog(null)} />}
      </Suspense>
    </AppShell>
  );
}

/** Loads the palette while nothing else is to do, so that what is typed right after Ctrl K is not lost. */
function useLoadedPalette(): void {
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadPalette());
    return () => cancelIdleCallback(idle);
  }, []);
}

/** Gives the focus to a screen that took the place of the one in which the focus was. */
function useFocusedScreen(): void {
  const { pathname } = useLocation();
  const former = useRef(pathname);
  useEffect(() => {
    if (pathname !== former.current && document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
    former.current = pathname;
  }, [pathname]);
}

function useScreens() {
  const session = useSession();
  const { tenantId = session.tenant_id } = useParams();
  return screensOf(session, tenantId);
}

/** A tenant's screens come first while one is open, because they are what the person works on. */
function Navigation({ onGo }: { onGo: () => void }) {
  const screens = useScreens();
  const links = (items: typeof screens) =>
    items.map(({ to, label }) => (
      <NavLink key={to} component={RouterLink} to={to} end={to === '/tenants'} label={label} onClick={onGo} />
    ));
  const others = screens.filter(({ to }) => !to.startsWith('/tenants/'));
  const ofTenant = screens.filter(({ to }) => to.startsWith('/tenants/'));
  return (
    <>
      {links(ofTenant)}
      {ofTenant.length > 0 && <Divider my="xs" />}
      {links(others)}
    </>
  );
}
