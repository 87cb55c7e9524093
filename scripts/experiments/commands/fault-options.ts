import { UsageError } from '../../cli/command-error.ts'

/** What `break` is told to do to a replica; one of the first four. */
export interface FaultOptions {
  /** Status to answer. */
  readonly abort?: number
  /** Ms by which answers are late. */
  readonly delay?: number
  readonly kill?: boolean
  readonly pause?: boolean
  /** Of all requests; with `abort` and `delay` only. */
  readonly percent?: number
}

export type HandFault =
  | { readonly kind: 'abort'; readonly status: number; readonly percent: number }
  | { readonly kind: 'delay'; readonly ms: number; readonly percent: number }
  | { readonly kind: 'kill' | 'pause' }

/** @throws UsageError unless it is one fault, and all that is said belongs to it */
export function chosenFault({ abort, delay, kill = false, pause = false, percent }: FaultOptions): HandFault {
  const chosen = [abort !== undefined, delay !== undefined, kill, pause].filter(Boolean).length
  if (chosen !== 1)
    throw new UsageError(`say what to do: ${chosen === 0 ? 'one' : 'only one'} of --abort <status>, --delay <ms>, --kill, --pause`)
  if (percent !== undefined && (kill || pause)) throw new UsageError('--percent belongs to --abort or --delay')
  if (percent !== undefined && percent > 100) throw new UsageError('--percent is at most 100')
  if (abort !== undefined && (abort < 200 || abort > 599)) throw new UsageError(`--abort ${abort} is no status of an answer: 200 to 599`)
  if (abort !== undefined) return { kind: 'abort', status: abort, percent: percent ?? 100 }
  if (delay !== undefined) return { kind: 'delay', ms: delay, percent: percent ?? 100 }
  return { kind: kill ? 'kill' : 'pause' }
}

/** `catalog-0 answers 500 to 50 % of its requests` */
export function faultInWords(replica: string, fault: HandFault): string {
  const requests = (percent: number) => (percent === 100 ? 'every request' : `${percent} % of its requests`)
  switch (fault.kind) {
    case 'abort':
      return `${replica} answers ${fault.status} to ${requests(fault.percent)}`
    case 'delay':
      return `${replica} keeps ${requests(fault.percent)} for ${fault.ms} ms`
    case 'kill':
      return `${replica} was killed; it is started again`
    case 'pause':
      return `${replica} is paused: it takes connections and answers nothing`
  }
}
