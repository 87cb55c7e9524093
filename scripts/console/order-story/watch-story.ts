import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { BreakerWatch } from '../../breaker-watch/breaker-watch.ts'
import { messageOf } from '../../cli/command-error.ts'
import { placesOfUnexplained } from '../../events/order/order-timeline.ts'
import { readCommands } from '../../events/order/read-commands.ts'
import { isOf, readSaga } from '../../events/order/read-saga.ts'
import { shopRules } from '../../events/rules.ts'
import type { TelemetrySource } from '../../telemetry/source.ts'
import { logLine } from '../search/log-line.ts'
import { readTrace } from '../search/read-trace.ts'
import { type Beginning, growingLog } from './growing-log.ts'
import { meshMarks } from './mesh-marks.ts'
import { offsetAt } from './offset-at.ts'
import type { BreakerMark, OrderStory, StoryMessage } from './story.ts'
import { tellStory } from './tell-story.ts'

/** What a story is told from. */
export interface StorySources {
  readonly eventLog: Pick<EventLog, 'endOffsets' | 'readPartitions'>
  readonly telemetry: TelemetrySource
  /** They are watched while the order is on its way. */
  readonly breakers: Pick<BreakerWatch, 'changes' | 'watch'>
}

/** How long one waits before one looks again, ms. */
export interface StoryPace {
  readonly underWayMs: number
  /** Spans come every few seconds; afterwards only a person can move the order on. */
  readonly endedMs: number
  readonly quietMs: number
  /** After its end an order is looked at as one that has `ended`, then as one that is quiet. */
  readonly afterglowMs: number
  /** Between two looks at logs and traces, at least. */
  readonly telemetryMs: number
}

export const storyPace: StoryPace = { underWayMs: 300, endedMs: 1_000, quietMs: 5_000, afterglowMs: 20_000, telemetryMs: 900 }

const mostLines = 400
/** Clocks of machines differ, and an order's first record may be older than its first span. */
const slackMs = 60_000

/** Tells the story of an order again each time that something of it has changed, for as long as somebody listens. */
export async function* watchStory(
  { eventLog, telemetry, breakers }: StorySources,
  orderId: string,
  signal: AbortSignal,
  pace: StoryPace = storyPace,
): AsyncGenerator<StoryMessage, void> {
  const rules = shopRules()
  const log = growingLog(eventLog, (record) => isOf(record, orderId), await beginningOf(eventLog, telemetry, orderId))
  let seen = await lookAt(telemetry, orderId)
  const watching = watchingWhile(breakers, signal)
  let told = ''
  let changedAt = Date.now()
  while (!signal.aborted) {
    const records = await readSaga(log, rules, orderId)
    const story = tellStory(orderId, rules, records, await readCommands(eventLog, placesOfUnexplained(rules, records)))
    if (Date.now() - seen.atMs >= pace.telemetryMs) seen = await lookAt(telemetry, orderId)
    const message: StoryMessage = { story, breakers: breakersOf(story, breakers), ...seen.told }
    const text = JSON.stringify(message)
    if (text !== told) {
      // Who looks at an order of yesterday has missed what happened to it.
      changedAt = told === '' ? Math.min(Date.now(), story.entries.at(-1)?.atMs ?? Date.now()) : Date.now()
      told = text
      yield message
    }
    const quietForMs = Date.now() - changedAt
    watching(story.phase === 'under-way' || quietForMs < pace.afterglowMs)
    await delay(pauseOf(story, quietForMs, pace), undefined, { signal }).catch(() => {})
  }
}

/** Twice a second is enough to see a trip. */
const breakersEveryMs = 500

/** @returns a switch: proxies are asked while it is on, and not any more when `signal` aborts */
function watchingWhile(breakers: StorySources['breakers'], signal: AbortSignal): (isOn: boolean) => void {
  let stopping: AbortController | undefined
  return (isOn) => {
    if (isOn === (stopping !== undefined)) return
    stopping?.abort()
    stopping = isOn ? new AbortController() : undefined
    if (stopping) void readAll(breakers.watch(AbortSignal.any([signal, stopping.signal]), { periodMs: breakersEveryMs }))
  }
}

/** A story without breakers is better than none. */
async function readAll(looks: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of looks);
  } catch {}
}

/** Anew each time: which traces belong to an order is known only when its id has been named in them. */
async function lookAt(
  telemetry: TelemetrySource,
  orderId: string,
): Promise<{ atMs: number; told: Omit<StoryMessage, 'story' | 'breakers'> }> {
  const atMs = Date.now()
  try {
    const { lines } = await telemetry.search({ order: orderId }, mostLines)
    const [traceId, ...otherTraces] = await telemetry.tracesOf(orderId)
    const { trace } = traceId === undefined ? {} : await readTrace(telemetry, traceId)
    return { atMs, told: { mesh: meshMarks(lines), lines: lines.map(logLine), ...(trace && { trace }), otherTraces } }
  } catch (error) {
    // A cluster need not keep them; the log of events tells the story all the same.
    return { atMs, told: { mesh: [], lines: [], otherTraces: [], withoutTelemetry: messageOf(error) } }
  }
}

const pauseOf = ({ phase }: OrderStory, quietForMs: number, { underWayMs, endedMs, quietMs, afterglowMs }: StoryPace): number =>
  phase === 'under-way' || (phase === 'unknown' && quietForMs < afterglowMs) ? underWayMs : quietForMs < afterglowMs ? endedMs : quietMs

/** While the order was on its way, and a little around. */
function breakersOf({ entries, phase }: OrderStory, breakers: StorySources['breakers']): readonly BreakerMark[] {
  const [first, last] = [entries[0], entries.at(-1)]
  if (!first || !last) return []
  const until = phase === 'ended' ? last.atMs + aroundMs : Number.POSITIVE_INFINITY
  return breakers
    .changes(first.atMs - aroundMs)
    .filter(({ atMs }) => atMs <= until)
    .map(({ atMs, caller, host, from, to, cause }) => ({ atMs, caller, host, from, to, ...(cause !== undefined && { cause }) }))
}

const aroundMs = 2_000

/** From its first span on, where there is one: a log may be long. */
async function beginningOf(eventLog: StorySources['eventLog'], telemetry: TelemetrySource, orderId: string): Promise<Beginning> {
  const [traceId] = await telemetry.tracesOf(orderId).catch(() => [])
  const [first] = traceId === undefined ? [] : await telemetry.spansOf(traceId).catch(() => [])
  if (first === undefined) return async () => 0
  return (topic, partition, end) => offsetAt(eventLog, { topic, partition }, end, first.startUs / 1000 - slackMs)
}
