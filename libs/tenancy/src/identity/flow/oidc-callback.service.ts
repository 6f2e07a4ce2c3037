import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OpenedSession } from '../../sessions/session.service.js';
import type { Grant } from '../claims/grants.js';
import { ConnectionFinder } from '../connections/connection-finder.js';
import { GrantFinder } from './grant-finder.js';
import { OidcExchangeService } from './oidc-exchange.service.js';
import { SealedStates } from './sealed-states.js';
import { SessionOpener, type SignInClient } from './session-opener.js';
import { restartError } from './sign-in-errors.js';
import type { Identity, Transaction } from './transaction.js';

/** A person has signed in, and is sent to `returnTo`. */
export interface SignedIn {
  readonly kind: 'signed-in';
  readonly session: OpenedSession;
  readonly returnTo: string;
}

/** One of several roles that a person may have. */
export interface Option {
  readonly grant: Grant;
  /** Sealed: what the page sends if the person picks it. */
  readonly choice: string;
}

/** A person may have several roles and picks one. */
interface ChoiceNeeded {
  readonly kind: 'choice';
  readonly options: readonly Option[];
  /** For the browser's cookie. */
  readonly id: string;
}

/** Ends sign-ins: the browser comes back from the provider. */
@Injectable()
export class OidcCallbackService {
  constructor(
    private readonly connections: ConnectionFinder,
    private readonly states: SealedStates,
    private readonly exchange: OidcExchangeService,
    private readonly grants: GrantFinder,
    private readonly opener: SessionOpener,
  ) {}

  /**
   * @param sealed What the browser carried. @param query What the provider sent with it.
   * @throws InvalidInputError when the sign-in must begin again. @throws UnauthenticatedError @throws ForbiddenError without a role.
   */
  async complete(
    sealed: string | undefined,
    query: URLSearchParams,
    client: SignInClient,
  ): Promise<SignedIn | ChoiceNeeded> {
    const transaction = await this.states.open('transaction', sealed);
    if (query.get('state') !== transaction.state)
      throw restartError('Another sign-in was started in this browser meanwhile. Start again.');
    await this.states.useOnce(`state ${transaction.state}`, transaction.expiresAt);
    const connection = await this.connections.get(transaction.connectionId);
    const wanted = await this.grants.claimsLookedFor(connection);
    const claims = await this.exchange.claimsOf(connection, transaction, query, wanted);
    const identity = this.exchange.identityOf(claims);
    const grants = await this.grants.find(connection, claims);
    if (grants.length > 1) return this.askFor(transaction, identity, grants);
    const session = await this.opener.open(connection, identity, grants[0]!, client);
    return { kind: 'signed-in', session, returnTo: transaction.returnTo };
  }

  /**
   * Opens the session for the role that the person picked.
   *
   * @param id What the browser carried. @throws as `complete`
   */
  async choose(sealed: string, id: string | undefined, client: SignInClient): Promise<SignedIn> {
    const choice = await this.states.open('choice', sealed);
    if (choice.id !== id) throw restartError('This choice belongs to another sign-in. Start again.');
    await this.states.useOnce(`choice ${id}`, choice.expiresAt);
    const connection = await this.connections.get(choice.connectionId);
    const session = await this.opener.open(connection, choice.identity, choice.grant, client);
    return { kind: 'signed-in', session, returnTo: choice.returnTo };
  }

  private async askFor(
    { connectionId, returnTo, expiresAt }: Transaction,
    identity: Identity,
    grants: readonly Grant[],
  ): Promise<ChoiceNeeded> {
    const id = randomBytes(16).toString('base64url');
    const choices = grants.map((grant) => ({ id, connectionId, identity, grant, returnTo, expiresAt }));
    const sealed = await this.states.seal('choice', choices);
    return { kind: 'choice', id, options: sealed.map((choice, at) => ({ choice, grant: grants[at]! })) };
  }
}
