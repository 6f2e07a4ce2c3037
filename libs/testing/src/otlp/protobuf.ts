/** The fields of a protobuf message by their numbers: bytes of what has a length, numbers of the rest. */
export type Fields = ReadonlyMap<number, readonly (Buffer | bigint | number)[]>;

/** Reads a protobuf message without its schema. */
export function readFields(bytes: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint | number)[]>();
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = Number(readVarint(reader));
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    values.push(readValue(reader, tag & 7));
  }
  return fields;
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function readValue(reader: Reader, wireType: number): Buffer | bigint | number {
  if (wireType === 0) return readVarint(reader);
  if (wireType === 1) return take(reader, 8).readDoubleLE();
  if (wireType === 5) return take(reader, 4).readUInt32LE();
  if (wireType === 2) return take(reader, Number(readVarint(reader)));
  throw new Error(`The wire type ${wireType} is not known.`);
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = reader.bytes[reader.at]!;
    reader.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

function take(reader: Reader, length: number): Buffer {
  const part = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  return part;
}
