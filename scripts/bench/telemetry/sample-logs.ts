import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { LogFiles } from '../../telemetry/collect/log-files.ts'

/** Lines of one order: a request through two sidecars, and two services that say something. */
const linesOfOrder = 4

/** Log files like those of a shop, and the orders in them. */
export interface SampleLogs {
  readonly files: LogFiles
  readonly orders: readonly string[]
  readonly lines: number
}

/** Writes log files with this many lines, each time the same. */
export async function writeSampleLogs(folder: string, lines: number): Promise<SampleLogs> {
  const accessLogs = join(folder, 'access')
  await mkdir(accessLogs, { recursive: true })
  const files = { log: join(folder, 'shop.log'), accessLogs }
  const samples = Array.from({ length: Math.ceil(lines / linesOfOrder) }, (_, number) => sampleOf(number))
  const write = (file: string, text: (sample: Sample) => string): Promise<void> =>
    pipeline(Readable.from(inChunks(samples, text)), createWriteStream(file))
  await write(files.log, applicationLines)
  await write(join(accessLogs, 'gateway-0.log'), (sample) => accessLine(sample, 'outbound'))
  await write(join(accessLogs, 'orders-0.log'), (sample) => accessLine(sample, 'inbound'))
  return { files, orders: samples.map(({ order }) => order), lines: samples.length * linesOfOrder }
}

interface Sample {
  readonly number: number
  readonly time: string
  readonly order: string
  readonly trace: string
  readonly request: string
}

const begin = Date.parse('2026-01-02T03:04:05Z')

function sampleOf(number: number): Sample {
  const hash = createHash('sha256').update(String(number)).digest()
  return {
    number,
    time: new Date(begin + number * 4).toISOString(),
    order: `ord_${hash.toString('base64url').slice(0, 22)}`,
    trace: hash.toString('hex', 0, 16),
    request: hash.toString('hex', 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  }
}

const sampleChunk = 1_000

function* inChunks(samples: readonly Sample[], text: (sample: Sample) => string): Generator<string> {
  for (let at = 0; at < samples.length; at += sampleChunk)
    yield samples
      .slice(at, at + sampleChunk)
      .map(text)
      .join('')
}

function applicationLines({ number, time, order, trace, request }: Sample): string {
  const line = (workload: string, msg: string): string =>
    JSON.stringify({
      ...{
        workload,
        replica: 0,
        container: 'app',
        level: number % 500 === 0 ? 'warn' : 'info',
        time,
        service: workload,
        pod: `${workload}-0`,
      },
      ...{ trace_id: trace, requestId: request, orderId: order, msg, version: 1 },
    })
  return `${line('orders', 'order placed')}\n${line(number % 2 ? 'payments' : 'inventory', 'command decided')}\n`
}

function accessLine({ time, trace, request }: Sample, direction: 'inbound' | 'outbound'): string {
  const line = {
    ...{ start_time: time, direction, method: 'POST', path: '/orders', authority: 'orders', response_code: 202, response_flags: '-' },
    ...{ response_code_details: 'via_upstream', route_name: 'all', upstream_host: '127.0.0.1:18123' },
    ...{ upstream_cluster: 'outbound|80||orders.breakwater.svc.cluster.local', upstream_request_attempt_count: 1, duration: 12 },
    ...{ request_id: request, traceparent: `00-${trace}-${trace.slice(0, 16)}-01` },
  }
  return `${JSON.stringify(line)}\n`
}
