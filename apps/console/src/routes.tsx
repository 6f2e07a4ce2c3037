import { Button } from '@mantine/core';
import { Link, Navigate, Outlet, type RouteObject, useParams } from 'react-router';
import { TenantScopeProvider } from './scope/tenant-scope.js';
import { isPlatformSession, useSession } from './session/session-context.js';
import { SessionGate } from './session/session-gate.js';
import { homePathOf } from './shell/navigation.js';
import { Shell } from './shell/shell.js';
import { SuspendedBanner } from './shell/suspended-banner.js';
import { EmptyState, LoadingLines } from './states/states.js';
import { UndoProvider } from './undo/undo-provider.js';
import { platformRoutes, platformTenantRoutes } from './platform.routes.js';
import { tenantRoutes } from './tenant.routes.js';
import { texts } from './routes.texts.js';

/** All screens. What a screen shows is in its URL: a link opens the same screen for everybody who may see it. */
export const routes: RouteObject[] = [
  {
    path: 'account/signed-in',
    lazy: async () => ({ Component: (await import('./session/signed-in-page.js')).SignedInPage }),
    hydrateFallbackElement: <LoadingLines />,
  },
  {
    element: (
      <SessionGate>
        <Shell />
      </SessionGate>
    ),
    errorElement: <Fault />,
    hydrateFallbackElement: <LoadingLines />,
    children: [
      { index: true, element: <Home /> },
      {
        path: 'tenants/:tenantId',
        element: <TenantScreens />,
        children: [
          { index: true, element: <Navigate to="overview" replace /> },
          ...tenantRoutes,
          ...platformTenantRoutes,
        ],
      },
      {
        path: 'account/sessions',
        lazy: async () => ({
          Component: (await import('./sessions/own-sessions-page.js')).OwnSessionsPage,
        }),
      },
      ...platformRoutes,
      { path: '*', element: <NotFound /> },
    ],
  },
];

function Home() {
  return <Navigate to={homePathOf(useSession())} replace />;
}

/** A tenant's session sees its own tenant; another id is an unknown address. */
function TenantScreens() {
  const session = useSession();
  const { tenantId = '' } = useParams();
  if (!isPlatformSession(session) && session.tenant_id !== tenantId) return <NotFound />;
  return (
    <TenantScopeProvider tenantId={tenantId} key={tenantId}>
      <UndoProvider>
        <SuspendedBanner />
        <Outlet />
      </UndoProvider>
    </TenantScopeProvider>
  );
}

function NotFound() {
  return (
    <EmptyState
      title={texts.notFound.title}
      isWholeScreen
      action={
        <Button component={Link} to="/" variant="default">
          {texts.notFound.back}
        </Button>
      }
    >
      {texts.notFound.about}
    </EmptyState>
  );
}

function Fault() {
  return (
    <EmptyState title={texts.fault.title} isWholeScreen>
      {texts.fault.about}
    </EmptyState>
  );
}
