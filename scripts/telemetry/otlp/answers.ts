import type { ServerResponse } from 'node:http'

/** How a request says what its body is; answers are written in the same way. */
export type Encoding = 'json' | 'protobuf'

export const contentTypes: Readonly<Record<Encoding, string>> = { json: 'application/json', protobuf: 'application/x-protobuf' }

/** `Content-Type` → how the body is read; undefined when it is neither. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  return type === contentTypes.json ? 'json' : type === contentTypes.protobuf ? 'protobuf' : undefined
}

/** google.rpc.Code */
const codes: Readonly<Record<number, number>> = { 400: 3, 404: 5, 405: 12, 413: 3, 415: 3, 503: 14 }

/** A refusal, as OTLP has it: a google.rpc.Status. https://opentelemetry.io/docs/specs/otlp/#failures */
export function refuse(response: ServerResponse, status: number, message: string, encoding: Encoding = 'json'): void {
  const code = codes[status] ?? 13
  const body =
    encoding === 'json'
      ? Buffer.from(JSON.stringify({ code, message }))
      : Buffer.concat([Buffer.from([0x08, code]), bytesField(2, Buffer.from(message))])
  send(response, status, body, encoding)
}

/** What was taken; with `rejected` of its records left out, and why. https://opentelemetry.io/docs/specs/otlp/#partial-success */
export function accept(response: ServerResponse, encoding: Encoding, rejected: number, reason = ''): void {
  send(response, 200, encoding === 'json' ? acceptedAsJson(rejected, reason) : acceptedAsProtobuf(rejected, reason), encoding)
}

const acceptedAsJson = (rejected: number, reason: string): Buffer =>
  Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: reason } }))

const acceptedAsProtobuf = (rejected: number, reason: string): Buffer =>
  rejected === 0
    ? Buffer.alloc(0)
    : bytesField(1, Buffer.concat([Buffer.from([0x08]), varint(rejected), bytesField(2, Buffer.from(reason))]))

function send(response: ServerResponse, status: number, body: Buffer, encoding: Encoding): void {
  // What is left of a body that was refused is not read: the connection cannot be used again.
  const headers = { ...([413, 503].includes(status) && { connection: 'close' }), ...(status === 503 && { 'retry-after': '1' }) }
  response.writeHead(status, { 'content-type': contentTypes[encoding], 'content-length': body.length, ...headers }).end(body)
}

const bytesField = (number: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([number * 8 + 2]), varint(bytes.length), bytes])

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}
