import type { RouteObject } from 'react-router';

/** The screens of one tenant, below `/tenants/:tenantId`. Each is loaded when it is opened first. */
export const tenantRoutes: RouteObject[] = [
  {
    path: 'overview',
    lazy: async () => ({ Component: (await import('./overview/overview-page.js')).OverviewPage }),
  },
  {
    path: 'usage',
    lazy: async () => ({ Component: (await import('./usage/usage-page.js')).UsagePage }),
  },
  {
    path: 'configuration',
    lazy: async () => ({
      Component: (await import('./configuration/configuration-page.js')).ConfigurationPage,
    }),
  },
  {
    path: 'history',
    lazy: async () => ({ Component: (await import('./history/history-page.js')).HistoryPage }),
  },
  {
    path: 'documents',
    lazy: async () => ({ Component: (await import('./documents/documents-page.js')).DocumentsPage }),
  },
  {
    path: 'documents/:docId',
    lazy: async () => ({ Component: (await import('./documents/document-page.js')).DocumentPage }),
  },
  {
    path: 'playground',
    lazy: async () => ({ Component: (await import('./playground/playground-page.js')).PlaygroundPage }),
  },
  {
    path: 'retrieval',
    lazy: async () => ({ Component: (await import('./retrieval/retrieval-page.js')).RetrievalPage }),
  },
  {
    path: 'replay',
    lazy: async () => ({ Component: (await import('./replay/replay-page.js')).ReplayPage }),
  },
  {
    path: 'golden-questions',
    lazy: async () => ({
      Component: (await import('./golden-questions/golden-questions-page.js')).GoldenQuestionsPage,
    }),
  },
  {
    path: 'api-keys',
    lazy: async () => ({ Component: (await import('./keys/keys-page.js')).KeysPage }),
  },
  {
    path: 'webhooks',
    lazy: async () => ({ Component: (await import('./webhooks/webhooks-page.js')).WebhooksPage }),
  },
  {
    path: 'webhooks/:webhookId',
    lazy: async () => ({ Component: (await import('./webhooks/webhook-page.js')).WebhookPage }),
  },
  {
    path: 'prompt',
    lazy: async () => ({ Component: (await import('./prompt/prompt-page.js')).PromptPage }),
  },
  {
    path: 'branding',
    lazy: async () => ({ Component: (await import('./branding/branding-page.js')).BrandingPage }),
  },
  {
    path: 'requests',
    lazy: async () => ({ Component: (await import('./requests/requests-page.js')).RequestsPage }),
  },
];
