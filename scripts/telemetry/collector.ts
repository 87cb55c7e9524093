import { writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { collectLogs } from './collect/log-files.ts'
import { type Page, type Received, receiveOtlp } from './otlp/receiver.ts'
import { openStore, type Store } from './store/store.ts'

/**
 * The process that feeds the store: reads log files on, takes spans over OTLP, and writes both in batches. Nobody waits for it: what it
 * has not read yet is in the files, and spans that it does not take are lost.
 *
 * At `/metrics` of the same port it tells the metrics of the whole shop to who asks.
 *
 * `node collector.ts <folder of the store> <common log> <folder of access logs> <port> <state of the shop>`
 */
const [folder = '', log = '', accessLogs = '', port = '', state = ''] = process.argv.slice(2)

const say = (level: 'info' | 'warn', msg: string): void => console.log(JSON.stringify({ level, time: new Date().toISOString(), msg }))

const megabyte = 1024 * 1024
const bounds = {
  bytes: setting('BREAKWATER_TELEMETRY_MB', 1024) * megabyte,
  ageMs: setting('BREAKWATER_TELEMETRY_HOURS', 168) * 3_600_000,
  roomBytes: 200 * megabyte,
}

const lookEveryMs = 500
const sweepEveryMs = 10_000
const tryAgainAfterMs = 2_000
/** The shop goes first. */
const niceness = 10

// Without its supervisor nobody reads; it goes on until it is told to end.
process.stdout.on('error', () => {})
goBehind()

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())

const store = openOrEnd()
const files = collectLogs({ log, accessLogs }, store.positions(), Date.now)
/** Loaded when somebody asks: most shops are never scraped. */
let metrics: Promise<() => Promise<string>> | undefined
const metricsPage = async (): Promise<Page> => {
  metrics ??= import('./metrics/laptop-metrics.ts').then(({ laptopMetrics }) => laptopMetrics(state))
  return { type: 'text/plain; version=0.0.4; charset=utf-8', text: await (await metrics)() }
}
const receiver = await receiveOtlp({ port: Number(port), now: Date.now, pages: { '/metrics': metricsPage } })
say('info', `traces and logs are taken on http://127.0.0.1:${receiver.port}`)

/** Received, and not stored yet. */
let received: Received = { spans: [], entries: [] }

/** @returns whether there is more */
async function storeNext(): Promise<boolean> {
  const { entries, positions, more } = files.next()
  const batch = (): Parameters<typeof store.write>[0] => {
    const { spans, entries: sent } = received
    return { entries: sent.length === 0 ? entries : [...entries, ...sent], spans, positions }
  }
  if (received.spans.length + received.entries.length === 0) received = receiver.take()
  if (entries.length + received.spans.length + received.entries.length === 0) return false
  const result = store.write(batch())
  if (result === 'written') received = { spans: [], entries: [] }
  // What was read of the files is read again.
  else files.seek(store.positions())
  if (result === 'no-room') await pause(tryAgainAfterMs, undefined, { signal: stopping.signal }).catch(() => {})
  return result === 'reset' || more
}

let swept = Number.NEGATIVE_INFINITY
while (!stopping.signal.aborted) {
  if (performance.now() - swept > sweepEveryMs) {
    store.sweep()
    swept = performance.now()
  }
  // Requests are answered between two batches.
  const more = await storeNext()
  await pause(more ? 1 : lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
}

await receiver.close()
// What the shop said last; a few batches, and no more of a log that is written faster than it is read.
for (let batches = 0; batches < 20 && (await storeNext()); batches++);
files.close()
store.close()

/** Whoever started this process starts it again, until the other one has ended or there is room. */
function openOrEnd(): Store {
  try {
    return openStore({ folder, bounds, now: Date.now, log: say })
  } catch (error) {
    say('warn', `nothing is stored: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}

function goBehind(): void {
  if (getPriority() < niceness) setPriority(niceness)
  try {
    // Linux on a desktop shares the processors out by sessions first, and this process is one by itself: see sched(7).
    writeFileSync('/proc/self/autogroup', String(niceness))
  } catch {
    // Another system, or a Linux without them.
  }
}

/** A number above 0; of anything else the usual one, with a word. */
function setting(name: string, usual: number): number {
  const text = process.env[name]
  if (!text) return usual
  if (Number(text) > 0) return Number(text)
  say('warn', `${name} must be a number above 0, and is '${text}': ${usual} is used`)
  return usual
}
