import { MalformedBody } from './malformed-body.ts'

/** One field of a message: numbers as `varint` or `fixed64`, everything else as bytes. https://protobuf.dev/programming-guides/encoding/ */
export interface Field {
  readonly number: number
  /** Of wire types 0, 1 and 5. */
  readonly integer: bigint
  /** Of wire type 2; empty otherwise. */
  readonly bytes: Uint8Array
}

const none = new Uint8Array()

/**
 * The fields of one message, in their order, without copying.
 * @throws MalformedBody at the first field that is cut off or of a wire type that is not in use any more
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  let at = 0
  const varint = (): bigint => {
    // Most are small.
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = byteAt()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = byteAt()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new MalformedBody('a number has more than ten bytes')
  }
  const byteAt = (): number => {
    const byte = message[at++]
    if (byte === undefined) throw new MalformedBody('the message is cut off')
    return byte
  }
  const skip = (bytes: number): number => {
    const start = at
    if (bytes > message.length - at) throw new MalformedBody('the message is cut off')
    at += bytes
    return start
  }
  while (at < message.length) {
    const tag = Number(varint())
    const number = Math.floor(tag / 8)
    const wireType = tag % 8
    if (number === 0) throw new MalformedBody('a field has the number 0')
    if (wireType === 0) yield { number, integer: varint(), bytes: none }
    else if (wireType === 1) yield { number, integer: view.getBigUint64(skip(8), true), bytes: none }
    else if (wireType === 5) yield { number, integer: BigInt(view.getUint32(skip(4), true)), bytes: none }
    else if (wireType === 2) {
      const length = Number(varint())
      const start = skip(length)
      yield { number, integer: 0n, bytes: message.subarray(start, start + length) }
    } else throw new MalformedBody(`a field has the wire type ${wireType}`)
  }
}

const decoder = new TextDecoder()
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
export const doubleOf = (integer: bigint): number => new Float64Array(BigUint64Array.of(integer).buffer)[0] ?? 0
