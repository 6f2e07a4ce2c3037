import { QueryClientProvider } from '@tanstack/react-query';
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { Suspense, lazy } from 'react';
import { RouterProvider, createBrowserRouter } from 'react-router';
import { createQueryClient } from './api/query-client.js';
import { nonce } from './nonce.js';
import { publicPath } from './public-path.js';
import { routes } from './routes.js';
import { cssVariables, theme } from './theme.js';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'attune-color-scheme' });
const client = createQueryClient();
const NotificationsHost = lazy(async () => ({
  default: (await import('./act/notifications-host.js')).NotificationsHost,
}));
const router = createBrowserRouter(routes, { basename: publicPath || '/' });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <Suspense>
          <NotificationsHost />
        </Suspense>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
