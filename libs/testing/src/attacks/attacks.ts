import type { Attack } from './attack.js';
import { documentAttacks } from './document-attacks.js';
import { doorAttacks } from './door-attacks.js';

/** Every attack that `npm run attack` and the system test run. Add new lists here. */
export const attacks: readonly Attack[] = [...doorAttacks, ...documentAttacks];
