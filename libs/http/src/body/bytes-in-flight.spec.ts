import { RateLimitedError, UnavailableError } from '#kernel';
import { BytesInFlight } from './bytes-in-flight.js';

const kibibyte = 1024;
const large = 100 * kibibyte;

describe('BytesInFlight', () => {
  it('BytesInFlight refuses a tenant that would have more bytes in flight than are free, and accepts others', () => {
    const flight = new BytesInFlight(8 * large);
    for (let at = 0; at < 4; at += 1) flight.reserve('acme', large);
    expect(() => flight.reserve('acme', large)).toThrow(RateLimitedError);
    expect(() => flight.reserve('other', 3 * large)).not.toThrow();
  });

  it('BytesInFlight answers that the replica is busy if only others have bytes in flight', () => {
    const flight = new BytesInFlight(4 * large);
    flight.reserve('acme', 4 * large);
    expect(() => flight.reserve('other', large)).toThrow(UnavailableError);
  });

  it('BytesInFlight never counts a small body', () => {
    const flight = new BytesInFlight(large);
    flight.reserve('acme', large);
    expect(() => flight.reserve('other', 64 * kibibyte)).not.toThrow();
  });

  it('BytesInFlight frees the bytes of a body once, even if they are released twice', () => {
    const flight = new BytesInFlight(2 * large);
    const release = flight.reserve('acme', large);
    flight.reserve('other', large);
    release();
    release();
    flight.reserve('acme', large);
    expect(() => flight.reserve('third', large)).toThrow(UnavailableError);
  });
});
