import { changeBusContract } from '../../testing/change-bus.contract.js';
import { InProcessBus } from './in-process-bus.js';

describe('InProcessBus', () => {
  changeBusContract(async () => {
    const left = new InProcessBus();
    return { left, right: left.join() };
  });
});
