import { Clock } from '#kernel';
import { HourlyCounter } from './hourly-counter.js';

class SetClock extends Clock {
  minute = 0;

  now(): number {
    return this.minute * 60_000;
  }
}

describe('HourlyCounter', () => {
  it('returns the highest counts in a fixed order', () => {
    const counts = new HourlyCounter(new SetClock());
    for (const key of ['b', 'c', 'a', 'c', 'b', 'd', 'a', 'c']) counts.add(key);
    expect(counts.highest(3, 2)).toEqual([
      ['c', 3],
      ['a', 2],
      ['b', 2],
    ]);
    expect(counts.highest(1, 1)).toEqual([['c', 3]]);
    expect(counts.highest(9, 4)).toEqual([]);
  });

  it('drops counts that are an hour old', () => {
    const clock = new SetClock();
    const counts = new HourlyCounter(clock);
    counts.add('a');
    clock.minute = 59;
    counts.add('a');
    expect(counts.highest(1, 1)).toEqual([['a', 2]]);
    clock.minute = 60;
    expect(counts.highest(1, 1)).toEqual([['a', 1]]);
    clock.minute = 200;
    expect(counts.highest(1, 1)).toEqual([]);
  });
});
