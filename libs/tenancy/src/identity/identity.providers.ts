import { ConnectionFinder } from './connections/connection-finder.js';
import { ConnectionRepository } from './connections/connection.repository.js';
import { ConnectionsController } from './administration/connections.controller.js';
import { ConnectionsService } from './administration/connections.service.js';
import { ClientSecrets } from './connections/client-secrets.js';
import { EnvironmentConnectionService } from './connections/environment-connection.service.js';
import { MappingRepository } from './connections/mapping.repository.js';
import { MappingsService } from './administration/mappings.service.js';
import { GrantFinder } from './flow/grant-finder.js';
import { OidcCallbackService } from './flow/oidc-callback.service.js';
import { OidcExchangeService } from './flow/oidc-exchange.service.js';
import { OidcStartService } from './flow/oidc-start.service.js';
import { SealedStates } from './flow/sealed-states.js';
import { SessionOpener } from './flow/session-opener.js';
import { BackChannelLogoutController } from './http/back-channel-logout.controller.js';
import { BrowserSignIn } from './http/browser-sign-in.js';
import { OidcCallbackController } from './http/oidc-callback.controller.js';
import { OidcController } from './http/oidc.controller.js';
import { BackChannelLogoutService } from './logout/back-channel-logout.service.js';
import { LogoutTokenVerifier } from './logout/logout-token-verifier.js';
import { OidcEndSessionUrl } from './logout/oidc-end-session-url.js';
import { IdentityProviders } from './provider/identity-providers.js';
import { SealingRepository } from './sealing/sealing.repository.js';
import { SealingService } from './sealing/sealing.service.js';

/** The part of `TenancyModule` that signs people in at identity providers. */
export const identityProviders = [
  BackChannelLogoutService,
  BrowserSignIn,
  ClientSecrets,
  ConnectionFinder,
  ConnectionRepository,
  ConnectionsService,
  EnvironmentConnectionService,
  GrantFinder,
  IdentityProviders,
  LogoutTokenVerifier,
  MappingRepository,
  MappingsService,
  OidcCallbackService,
  OidcEndSessionUrl,
  OidcExchangeService,
  OidcStartService,
  SealedStates,
  SealingRepository,
  SealingService,
  SessionOpener,
];

/** The routes of that part. */
export const identityControllers = [
  ConnectionsController,
  OidcController,
  OidcCallbackController,
  BackChannelLogoutController,
];
