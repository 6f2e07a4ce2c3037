/** The description of the whole API, in Markdown. */
export const introduction = `
Per-tenant configuration for RAG products, and the query that applies it.

**Credentials.** Send \`Authorization: Bearer <key or JWT>\`, or \`X-API-Key: <key>\`. The tenant comes from the credential. Operations under \`/v1/platform\` need a key of the platform; the others need a key of a tenant. Each operation names its role: \`tenant_admin\` includes \`member\`, \`platform_admin\` includes neither. In the pages at \`/docs\`, press *Authorize* and paste a key. Browsers of the console have a session's cookie in place of a key; what changes something then also needs \`Sec-Fetch-Site: same-origin\` (else \`Origin\`) and \`Attune-Console: 1\`.

**Errors** are \`application/problem+json\` (RFC 9457), but on the paths of other protocols, which have forms of their own. \`type\` names the kind, \`detail\` says what to do. A refused request lists all its errors at once in \`errors\`; nothing was changed. A malformed JSON body is the exception: it cannot be read further.

**Versions.** Every change makes a new version of a configuration. \`ETag\` names it; send it as \`If-Match\` to change only what you have seen. A patch that changes nothing answers 200 with the same \`version\`.

**Lists** answer \`items\` and \`next_cursor\`. Send it as \`cursor\` for the next page; \`null\` means that there is none. \`limit\` is 1 to 200.

**Repetitions.** With \`Idempotency-Key\`, a repeated request gets the first answer again for 24 hours.

**Limits.** Changes and tests of a tenant's own users are limited by the hour: \`RateLimit\` and \`RateLimit-Policy\` say what is left. 429 and 503 carry \`Retry-After\`.
`.trim();

/** The groups of operations, in the order in which most people need them. */
export const tags: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'query', description: 'Ask a question.' },
  { name: 'documents', description: 'What questions are answered from.' },
  { name: 'configuration', description: "The tenant's settings: read, change, try, test and roll back." },
  { name: 'change requests', description: 'Changes that wait for the approval of a platform admin.' },
  { name: 'usage', description: 'What was asked and spent.' },
  {
    name: 'session',
    description: 'Who the credential is, what is left of its limits, and the sign-in of the console.',
  },
  { name: 'API keys', description: "The tenant's own credentials." },
  { name: 'webhooks', description: 'Addresses that receive events (Standard Webhooks).' },
  { name: 'branding', description: 'Colour and logo of a verified domain, for any page.' },
  {
    name: 'OpenAI',
    description: 'The query in the form of OpenAI, for its clients. Errors have that form too.',
  },
  { name: 'MCP', description: 'The Model Context Protocol: tools for assistants.' },
  {
    name: 'OFREP',
    description: 'The settings as flags, for the providers of OpenFeature. Errors have its form, too.',
  },
  { name: 'platform: tenants', description: 'Create, change and delete tenants, and their keys.' },
  { name: 'platform: configuration', description: 'The settings of one tenant, by the platform or a file.' },
  { name: 'platform: defaults', description: 'The lowest layer of settings.' },
  { name: 'platform: overview', description: 'The replicas, and how busy the service is.' },
  { name: 'platform: usage', description: 'Queries, tokens and costs of all tenants.' },
  { name: 'platform: plans', description: 'What a plan gives, allows and limits.' },
  { name: 'platform: models', description: 'The catalogue of models.' },
  { name: 'platform: bulk updates', description: 'One change for many tenants, in the background.' },
  { name: 'platform: rollouts', description: 'A change for a part of the tenants or queries first.' },
  { name: 'platform: change requests', description: 'Approve or reject what tenants ask for.' },
  { name: 'platform: API keys', description: "The platform's own credentials." },
  { name: 'platform: sessions', description: 'Who is signed in to the console.' },
  {
    name: 'platform: identity',
    description: 'The identity providers at which people sign in to the console, and what their claims give.',
  },
  { name: 'platform: webhooks', description: 'Addresses that receive events of all tenants.' },
  { name: 'platform: audit', description: 'Who did what, and whether the history is complete.' },
  { name: 'health', description: 'For load balancers and monitoring.' },
];
