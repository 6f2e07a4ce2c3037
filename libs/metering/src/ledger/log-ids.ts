import { randomInt } from 'node:crypto';

const counterBits = 32;
const counterSize = 2 ** counterBits;

/**
 * Makes the ids of queries in the usage log: 31 random bits of this process, then a counter with a random start. So the id is known
 * before the admission is sent, and the admission can be repeated. Ids of one process never repeat before 2^32 queries. Two
 * processes share an id only if all 63 bits agree.
 */
export class LogIds {
  private readonly prefix = BigInt(randomInt(1, 2 ** 31)) << BigInt(counterBits);
  private next = randomInt(counterSize / 2);

  create(): string {
    const id = this.prefix | BigInt(this.next);
    this.next = (this.next + 1) % counterSize;
    return id.toString();
  }
}
