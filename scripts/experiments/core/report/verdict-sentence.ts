import { readable } from '../../../checks/readable.ts'
import { type ExperimentResult, reasonOf, type Series } from '../result.ts'
import { spans } from './spans.ts'
import { type Recording, recordingOf, seconds } from './time-axis.ts'

/** The verdict as a person says it. */
export const verdictNames: Readonly<Record<ExperimentResult['verdict'], string>> = {
  pass: 'Passed',
  fail: 'Failed',
  inconclusive: 'Not judged',
  aborted: 'Ended early',
}

/** Requests of one recording. */
export interface Totals {
  readonly sent: number
  readonly answered: number
  readonly failed: number
  readonly refused: number
  /** Of hosts, by any caller. */
  readonly ejections: number
}

/** What the senders say of their requests, else what the proxies counted: there, a request that was retried counts as often as it was sent. */
export function totals(recording: Recording): Totals {
  const { timeline, traffic } = recording
  const bins = traffic.flatMap((one) => one.bins)
  const samples = timeline.flatMap((series) => series.samples)
  const ejections = timeline.flatMap(spans).filter(({ state }) => state === 'ejected').length
  if (bins.length > 0)
    return {
      sent: total(bins.map(({ sent }) => sent)),
      answered: total(bins.map(({ ok }) => ok)),
      failed: total(bins.map(({ failed }) => failed)),
      refused: total(bins.map(({ refused }) => refused)),
      ejections,
    }
  const requests = total(samples.map((sample) => sample.requests))
  const failed = total(samples.map((sample) => sample.failed))
  const refused = total(samples.map((sample) => sample.refused))
  return { sent: requests + refused, answered: requests - failed, failed, refused, ejections }
}

const total = (counts: readonly (number | undefined)[]): number => counts.reduce<number>((sum, count = 0) => sum + count, 0)

/** A run → what happened, in sentences with its own numbers: why it did not pass first, then what the breakers did, then what happened without them. */
export function verdictSentences(result: ExperimentResult): string[] {
  return [
    ...whyNotPassed(result),
    ...(result.summary === undefined ? recordedSentences(result) : [result.summary]),
    controlSentence(result),
  ].filter((sentence) => sentence !== '')
}

/** What a run that recorded nothing passed by are its checks. */
function recordedSentences(result: ExperimentResult): string[] {
  const { verdict, checks, invariants } = result
  const recording = recordingOf(result)
  const recorded = [...ejectionSentences(recording), trafficSentence(recording)].filter((sentence) => sentence !== '')
  return recorded.length === 0 && verdict === 'pass' ? [`All ${checks.length + invariants.length} checks hold.`] : recorded
}

function whyNotPassed(result: ExperimentResult): string[] {
  const reason = reasonOf(result)
  if (reason !== undefined) return [`${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`]
  if (result.verdict === 'pass') return []
  const { checks, invariants, negativeControl, rollback } = result
  const broken = [...checks, ...invariants].filter(({ passed, doubt }) => !passed && doubt === undefined)
  const [first] = broken
  return [
    ...(first
      ? [
          `${failedWords(broken.length, checks.length + invariants.length)}: ${first.name} (expected ${readable(first.expected)}, observed ${readable(first.actual)}).`,
        ]
      : []),
    ...(negativeControl && !negativeControl.failedAsItMust
      ? [`The run with ${negativeControl.change} did not fail as it must, so this experiment proves nothing.`]
      : []),
    ...(rollback.done ? [] : [`Not everything was put back: ${rollback.remains.join('; ')}.`]),
  ]
}

const failedWords = (failed: number, all: number): string =>
  failed === 1 ? 'A check failed' : `${failed} of ${all} checks failed, first of all`

function trafficSentence(recording: Recording): string {
  const { sent, failed, refused } = totals(recording)
  const words = [
    ...(refused > 0 ? [`${number(refused)} ${were(refused)} refused at once`] : []),
    ...(failed > 0 ? [`${number(failed)} failed`] : []),
  ]
  if (sent === 0) return ''
  if (words.length === 0) return `All ${number(sent)} requests were answered.`
  return `Of ${number(sent)} requests, ${words.join(', ')}, and ${number(totals(recording).answered)} ${were(totals(recording).answered)} answered.`
}

function ejectionSentences({ timeline }: Recording): string[] {
  const ejected = timeline.map((series) => ({ series, ...ejectionsOf(series) })).filter(({ count }) => count > 0)
  const [first] = ejected
  if (first === undefined) return []
  const meanwhile = ejected.reduce((sum, one) => sum + one.requestsMeanwhile, 0)
  const got = meanwhile === 0 ? 'got no request meanwhile' : `got ${number(meanwhile)} requests meanwhile`
  const hosts = new Set(ejected.map(({ series }) => series.host))
  const count = ejected.reduce((sum, one) => sum + one.count, 0)
  const totalMs = ejected.reduce((sum, one) => sum + one.totalMs, 0)
  const stillOut = ejected.some((one) => one.isStillOut)
  const end = stillOut ? ' and had not returned when the recording ended' : ''
  if (count === 1)
    return [
      `${first.series.host} was ejected after ${number(first.failuresBefore)} ${first.failuresBefore === 1 ? 'failure' : 'failures'}, stayed out for ${seconds(totalMs)}, ${stillOut ? '' : 'and '}${got}${end}.`,
    ]
  const callers = new Set(ejected.map(({ series }) => series.caller))
  const by = callers.size > 1 ? ` by ${callers.size} callers` : ''
  return [
    `${hosts.size === 1 ? first.series.host : `${hosts.size} hosts`} ${hosts.size === 1 ? 'was' : 'were'} ejected ${count} times${by}, for ${seconds(totalMs)} in all, and ${got}${end}.`,
  ]
}

function ejectionsOf(series: Series) {
  const out = spans(series).filter(({ state }) => state === 'ejected')
  const firstOut = out[0]?.fromMs ?? Number.POSITIVE_INFINITY
  const isMeanwhile = (atMs: number) => out.some(({ fromMs, toMs }) => atMs > fromMs && atMs < toMs)
  return {
    count: out.length,
    totalMs: out.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    // The sample that first shows the ejection has the failure that caused it.
    failuresBefore: series.samples.filter(({ atMs }) => atMs <= firstOut).reduce((sum, { failed = 0 }) => sum + failed, 0),
    requestsMeanwhile: series.samples.filter(({ atMs }) => isMeanwhile(atMs)).reduce((sum, { requests = 0 }) => sum + requests, 0),
    isStillOut: series.samples.at(-1)?.state === 'ejected',
  }
}

function controlSentence({ negativeControl, timeline }: ExperimentResult): string {
  if (negativeControl === undefined) return ''
  const { change, checks, failedAsItMust, summary } = negativeControl
  const recording = recordingOf(negativeControl)
  const { sent, failed, refused, ejections } = totals(recording)
  const without = `The same run with ${change}`
  if (summary !== undefined) return `${without}: ${summary}`
  if (sent > 0) {
    const ran = totals(recordingOf({ timeline }))
    const none = [
      ...(refused > 0 || ran.refused > 0
        ? [`${refused === 0 ? 'none' : number(refused)} of ${number(sent)} requests ${were(refused)} refused`]
        : []),
      ...(failed > 0 || ran.failed > 0
        ? [`${refused > 0 || ran.refused > 0 ? number(failed) : `${number(failed)} of ${number(sent)} requests`} failed`]
        : []),
      ...(ejections > 0 || ran.ejections > 0 ? [ejections === 0 ? 'no host was ejected' : `${ejections} ejections`] : []),
    ]
    if (none.length > 0) return `${without}: ${none.join(', ')}.`
  }
  const broken = checks.filter(({ passed }) => !passed).length
  return failedAsItMust ? `${without} failed ${broken} of its ${checks.length} checks, as it must.` : ''
}

const were = (count: number): string => (count === 1 ? 'was' : 'were')
const number = (value: number): string => value.toLocaleString('en')
