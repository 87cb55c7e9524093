import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { LogEntry, Span } from '../store/records.ts'
import { accept, type Encoding, encodingOf, refuse } from './answers.ts'
import { logsFromProtobuf, tracesFromProtobuf } from './from-protobuf.ts'
import { MalformedBody } from './malformed-body.ts'
import { RefusedBody, readBody } from './read-body.ts'
import { toEntries } from './to-entries.ts'
import { type Accepted, toSpans } from './to-spans.ts'

export interface ReceiverOptions {
  /** Of 127.0.0.1; 0 for any. */
  readonly port: number
  readonly now: () => number
  /** Bytes of one body. Exporters send batches of some hundred kilobytes. */
  readonly maxBodyBytes?: number
  /** Bytes of bodies that come or wait to be stored; more are refused until there is room. */
  readonly maxWaitingBytes?: number
  /** What else can be read there with GET: path → makes the page. */
  readonly pages?: Readonly<Record<string, () => Promise<Page>>>
}

export interface Page {
  /** Media type. */
  readonly type: string
  readonly text: string
}

/** What has been received and is not stored yet. */
export interface Received {
  readonly spans: readonly Span[]
  readonly entries: readonly LogEntry[]
}

/** Takes spans and logs over OTLP/HTTP, as JSON and as protobuf. */
export interface Receiver {
  readonly port: number
  /** What waits; it counts as stored from then on. */
  take(): Received
  /** No new requests; open ones are answered. */
  close(): Promise<void>
}

const defaults = { maxBodyBytes: 4 * 1024 * 1024, maxWaitingBytes: 8 * 1024 * 1024 }
/** Of a whole request: senders are on this machine. */
const requestWithinMs = 10_000

/** What can be sent, and what becomes of it. */
const signals: Readonly<Record<string, (body: Buffer, encoding: Encoding, now: () => number) => Accepted<Span> | readonly LogEntry[]>> = {
  '/v1/traces': (body, encoding) => toSpans(encoding === 'json' ? jsonOf(body, 'resourceSpans') : tracesFromProtobuf(body)),
  '/v1/logs': (body, encoding, now) => toEntries(encoding === 'json' ? jsonOf(body, 'resourceLogs') : logsFromProtobuf(body), now),
}

/** Listens on 127.0.0.1. @throws Error when the port is taken */
export async function receiveOtlp({ port, now, pages = {}, ...bounds }: ReceiverOptions): Promise<Receiver> {
  const { maxBodyBytes, maxWaitingBytes } = { ...defaults, ...bounds }
  let waiting: { spans: Span[]; entries: LogEntry[]; bytes: number } = { spans: [], entries: [], bytes: 0 }
  /** Bytes of bodies that have not come wholly. */
  let coming = 0

  /** @throws RefusedBody as `readBody`, or when too much has come already */
  const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
    let bytes = 0
    try {
      return await readBody(request, maxBodyBytes, (more) => {
        if (waiting.bytes + coming > maxWaitingBytes) throw new RefusedBody(503, 'More waits to be stored than there is room for.')
        bytes += more
        coming += more
      })
    } finally {
      coming -= bytes
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?')[0] ?? ''
    if (path === '/healthz') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
    const page = pages[path]
    if (page) return show(response, page)
    const read = signals[path]
    if (!read) return refuse(response, 404, `There is no ${path} here: ${[...Object.keys(signals), ...Object.keys(pages)].join(', ')}.`)
    if (request.method !== 'POST') return refuse(response, 405, `${path} takes POST.`)
    const encoding = encodingOf(request.headers['content-type'])
    if (!encoding) return refuse(response, 415, 'The content type must be application/json or application/x-protobuf.')
    try {
      const body = await bodyOf(request)
      const received = read(body, encoding, now)
      waiting.bytes += body.length
      if ('accepted' in received) {
        for (const span of received.accepted) waiting.spans.push(span)
        return accept(response, encoding, received.rejected, received.reason)
      }
      for (const entry of received) waiting.entries.push(entry)
      accept(response, encoding, 0)
    } catch (error) {
      if (error instanceof RefusedBody) return refuse(response, error.status, error.message, encoding)
      if (error instanceof MalformedBody) return refuse(response, 400, error.message, encoding)
      // It went away before it had sent everything.
      if (request.destroyed && !request.complete) return
      refuse(response, 500, error instanceof Error ? error.message : String(error), encoding)
    }
  }
  const server = createServer(
    { requestTimeout: requestWithinMs, headersTimeout: requestWithinMs },
    (request, response) => void answer(request, response),
  )
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    take: () => {
      const { spans, entries } = waiting
      waiting = { spans: [], entries: [], bytes: 0 }
      return { spans, entries }
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await closed
    },
  }
}

async function show(response: ServerResponse, page: () => Promise<Page>): Promise<void> {
  try {
    const { type, text } = await page()
    response.writeHead(200, { 'content-type': type }).end(text)
  } catch (error) {
    refuse(response, 503, error instanceof Error ? error.message : String(error))
  }
}

function jsonOf<Name extends string>(body: Buffer, name: Name): { readonly [Key in Name]?: never[] } {
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const list: unknown = Reflect.get(value, name)
      if (list === undefined || Array.isArray(list)) return value
    }
  } catch {
    throw new MalformedBody('The body is not JSON.')
  }
  throw new MalformedBody(`The body must be an object with a list of ${name}.`)
}
