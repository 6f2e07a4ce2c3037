/** The sentences of the screens of identity connections. */
export const identityTexts = {
  title: 'Identity',
  about: 'The identity providers at which people sign in to the console, and what their claims give them.',
  empty:
    'Add the identity provider of your company. People then sign in there, and nobody needs an API key for the console.',
  addresses: 'Addresses for the identity provider',
  addressesAbout:
    'Register Attune there as a web application with these addresses. They begin with PUBLIC_URL; this page shows its own address.',
  fromEnvironment:
    'This connection comes from OIDC_ISSUER and its neighbours. Change them in the environment and restart the service. Its mappings can be changed here.',
  added: (label: string): string => `${label} is added. Now give it mappings.`,
  saved: (label: string): string => `${label} is saved.`,
  idHint: 'Small letters, digits and hyphens. It is in the address of the sign-in.',
  labelHint: 'The text of the button: “Sign in with …”',
  scopesHint: 'Separated by spaces; openid is always one of them',
  secretNew: 'It is stored sealed and never shown again. Leave it empty for a public client.',
  secretKept: 'Leave it empty to keep the stored one. It is needed again for another issuer or client.',
  claimHint: 'A dotted path, such as groups or realm_access.roles',
  tenantHint:
    'Empty: the platform. A connection of a tenant gives roles at this tenant only. It cannot be changed later.',
  tenantLink: 'This connection has no button on the sign-in page. Give its people this address:',
  mappingsAbout:
    'Whoever has the value in the claim may have the role. Without a mapping that matches, nobody gets a role. An added mapping counts from the next sign-in.',
  noMappings: 'Nobody can sign in with this connection before it has a mapping.',
  noMappingsEnvironment:
    'While there is no mapping, the claims role and tenant_id of the provider count. With the first mapping, mappings alone decide.',
  removedEnds: 'Sessions with the role and tenant of a removed mapping end at once, on every replica.',
  firstEnds:
    'With the first mapping, all sessions of this connection end. Keep an API key in case you lock yourself out.',
  disableEnds: 'Nobody can sign in with it, and the sessions that it gave end at once.',
  enable: 'People can sign in with it again.',
  deleteEnds: 'It is deleted with its mappings, and the sessions that it gave end at once. There is no undo.',
  editEnds: 'If the issuer or the client changes, the sessions that it gave end.',
  problems:
    'A failed sign-in shows the person a request id. The reason is in the log of the service under this id, at “sign-in”.',
  valueHint: 'Exactly as the provider sends it; with * at its end, every value that begins so',
} as const;
