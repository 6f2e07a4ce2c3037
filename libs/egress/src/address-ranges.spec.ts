import { includesAddress, isPublicAddress, listOf } from './address-ranges.js';

describe('isPublicAddress', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.255.255',
    '100.63.0.1',
    '223.255.255.1',
  ])('accepts the IPv4 address %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.7',
    '224.0.0.1',
    '255.255.255.255',
  ])('refuses the IPv4 address %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '2606:4700:4700::1111',
    '2a00:1450:4001::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])('accepts the IPv6 address %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '4000::1',
  ])('refuses the IPv6 address %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5'])(
    'refuses %j, which is no address',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );
});

describe('listOf', () => {
  it('includes the addresses of its networks, also in IPv6 notation', () => {
    const list = listOf(['10.1.0.0/16', 'fd00::/8', '192.168.0.7']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '192.168.0.7'])
      expect(includesAddress(list, address)).toBe(true);
    for (const address of ['10.2.0.1', 'fe80::1', '192.168.0.8', 'vllm'])
      expect(includesAddress(list, address)).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'vllm/8', 'fd00::/129', '10.0.0.0/8/8'])(
    'refuses %j',
    (network) => {
      expect(() => listOf([network])).toThrow(/network|range/);
    },
  );
});
