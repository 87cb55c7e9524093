/** Protobuf's wire format, written by tests: each function makes one field. */
export const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields)
export const bytes = (number: number, value: Buffer | string): Buffer => {
  const content = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content])
}
export const integer = (number: number, value: number | bigint): Buffer =>
  Buffer.concat([varint(BigInt(number * 8)), varint(BigInt.asUintN(64, BigInt(value)))])
export function fixed64(number: number, value: bigint): Buffer {
  const content = Buffer.alloc(8)
  content.writeBigUInt64LE(value)
  return Buffer.concat([varint(BigInt(number * 8 + 1)), content])
}
export function fixed32(number: number, value: number): Buffer {
  const content = Buffer.alloc(4)
  content.writeUInt32LE(value)
  return Buffer.concat([varint(BigInt(number * 8 + 5)), content])
}
export function double(number: number, value: number): Buffer {
  const content = Buffer.alloc(8)
  content.writeDoubleLE(value)
  return Buffer.concat([varint(BigInt(number * 8 + 1)), content])
}

function varint(value: bigint): Buffer {
  const content: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...content, Number(rest)])
    content.push(Number(rest & 127n) + 128)
  }
}

const text = (value: string): Buffer => bytes(1, value)
export const keyValue = (key: string, value: Buffer): Buffer => message(bytes(1, key), bytes(2, value))

export const traceId = '0af7651916cd43dd8448eb211c80319c'
export const spanId = '00f067aa0ba902b7'

/** ExportTraceServiceRequest with one span that has everything. */
export const oneSpan = (): Buffer => {
  const resource = bytes(
    1,
    message(bytes(1, keyValue('service.name', text('orders'))), bytes(1, keyValue('service.instance.id', text('orders-0')))),
  )
  const span = message(
    bytes(1, Buffer.from(traceId, 'hex')),
    bytes(2, Buffer.from(spanId, 'hex')),
    bytes(3, 'state=1'),
    bytes(4, Buffer.from('b'.repeat(16), 'hex')),
    bytes(5, 'POST /orders'),
    integer(6, 2),
    fixed64(7, 1_767_323_045_000_123_456n),
    fixed64(8, 1_767_323_045_002_000_000n),
    bytes(9, keyValue('breakwater.order_id', text('ord_1'))),
    bytes(9, keyValue('http.response.status_code', integer(3, 202))),
    bytes(9, keyValue('offset', integer(3, -5))),
    bytes(9, keyValue('big', integer(3, 9_007_199_254_740_993n))),
    bytes(9, keyValue('ratio', double(4, 0.25))),
    bytes(9, keyValue('retried', integer(2, 1))),
    bytes(9, keyValue('list', bytes(5, bytes(1, text('a'))))),
    bytes(9, keyValue('map', bytes(6, bytes(1, keyValue('inner', text('b')))))),
    bytes(9, keyValue('raw', bytes(7, Buffer.from([1, 2])))),
    bytes(11, message(fixed64(1, 1_767_323_045_001_000_000n), bytes(2, 'exception'), bytes(3, keyValue('exception.message', text('no'))))),
    bytes(13, message(bytes(1, Buffer.from(traceId, 'hex')), bytes(2, Buffer.from('c'.repeat(16), 'hex')))),
    bytes(15, message(bytes(2, 'it failed'), integer(3, 2))),
    fixed32(16, 257),
  )
  return bytes(1, message(resource, bytes(2, message(bytes(1, text('scope')), bytes(2, span)))))
}
