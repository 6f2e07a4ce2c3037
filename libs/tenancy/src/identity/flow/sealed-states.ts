import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { SealingService } from '../sealing/sealing.service.js';
import { restartError } from './sign-in-errors.js';
import type { Choice, Transaction } from './transaction.js';

/** What a browser carries between the steps of a sign-in, by name. */
interface States {
  readonly transaction: Transaction;
  readonly choice: Choice;
}

const expired =
  'This sign-in has expired, or it was started in another browser. Start again; a sign-in may take five minutes.';

/** Seals the states of sign-ins, so that browsers carry them and every replica can go on with them. */
@Injectable()
export class SealedStates {
  constructor(
    private readonly sealing: SealingService,
    private readonly clock: Clock,
  ) {}

  /** One text for each state. */
  async seal<Name extends keyof States>(name: Name, states: readonly States[Name][]): Promise<string[]> {
    const sealed = await this.sealing.sealAll(states, purposeOf(name));
    return sealed.map((bytes) => bytes.toString('base64url'));
  }

  /** @throws InvalidInputError for a state that is missing, changed or too old. */
  async open<Name extends keyof States>(name: Name, sealed: string | undefined): Promise<States[Name]> {
    if (sealed === undefined) throw restartError(expired);
    const bytes = Buffer.from(sealed, 'base64url');
    const state = (await this.sealing.open(bytes, purposeOf(name))) as States[Name] | null;
    if (state === null || state.expiresAt <= this.clock.now()) throw restartError(expired);
    return state;
  }

  /** @throws InvalidInputError the second time. */
  async useOnce(token: string, expiresAt: number): Promise<void> {
    if (await this.sealing.useOnce(token, expiresAt)) return;
    throw restartError('This sign-in was used already. Start again.');
  }
}

function purposeOf(name: keyof States): string {
  return `sign-in ${name}`;
}
